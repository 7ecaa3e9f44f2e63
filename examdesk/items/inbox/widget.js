// A platform's page: ways on, a list or one open row, and what can be done there. The desk works in the kernel; each step is
// journalled there, and comes back as the next screen. Nothing here knows which step is a good one.

// What is typed but not sent survives a lost kernel in this browser tab.
const draftsOf = (ctx) => {
  const key = () => `${ctx.model.get("store")}/${ctx.model.get("item")}/draft`;
  let all = null;
  const read = () => { try { return JSON.parse(sessionStorage.getItem(key()) ?? "{}") ?? {}; } catch { return {}; } };
  const write = () => { try { sessionStorage.setItem(key(), JSON.stringify(all)); } catch { /* private mode */ } };
  return {
    get(name) { all ??= read(); return all[name]; },
    put(name, text) { all ??= read(); all[name] = text; write(); },
    drop(start) { all ??= read(); for (const name of Object.keys(all)) if (name.startsWith(start)) delete all[name]; write(); },
  };
};

const deskOf = (ctx) => {
  const { t, text, model } = ctx, drafts = draftsOf(ctx);
  const outcome = make("p", { className: "xd-outcome", role: "status" });
  const ticked = new Set(), unfolded = new Set();
  let sending = null; // {nonce, start: of the drafts that are sent}
  let seen = ""; // the screen the ticks and unfolded forms belong to

  const id = (...tail) => [ctx.name, ...tail].join("-");
  const screen = () => ctx.q.screen;
  const say = (value) => (typeof value === "string" ? value : text(value));
  // A buyer who writes in one language only is read aloud in it, whatever the page is in.
  const spoken = (texts) => (texts[model.get("lang")] ? {} : { lang: Object.keys(texts)[0] });
  const step = (value, start = null) => {
    if (sending || !ctx.open) return;
    sending = { start, nonce: ctx.save({ rows: [], args: {}, ...value, turn: screen().steps }, "acted") };
  };
  const button = (name, label, act, props = {}) => make("button", { type: "button", id: name, textContent: label, onclick: act, ...props });
  const folded = (name, summary, ...inside) => {
    const box = make("details", { id: `${name}-form`, open: unfolded.has(name), ontoggle: () => {
      if (box.isConnected) unfolded[box.open ? "add" : "delete"](name);
    } }, make("summary", { id: `${name}-open`, textContent: summary }), ...inside);
    return box;
  };
  const pairs = (lines) => make("dl", {}, ...lines.flatMap(({ label, value }) =>
    [make("dt", { textContent: text(label) }), make("dd", { textContent: say(value) || "–" })]));

  // Actions: one button, or a form that unfolds.
  const about = (action) => `${action.rows === "open" ? screen().row.id : ""}/${action.id}/`;
  const rowsFor = (action) => ({ all: () => [], open: () => [screen().row.id],
    ticked: () => (screen().row ? [screen().row.id] : [...ticked]) })[action.rows]();
  const act = (action, args) => {
    const rows = rowsFor(action);
    if (action.rows === "ticked" && !rows.length) ctx.say("unsaved", t("inbox_none_ticked"));
    else step({ do: action.id, rows, args }, about(action));
  };
  const control = (action, arg) => {
    const name = id(action.id, arg.id), kept = about(action) + arg.id;
    const put = () => drafts.put(kept, input.value);
    const input = arg.kind === "choice"
      ? make("select", { id: name, onchange: put }, make("option", { value: "", textContent: t("choose") }),
        ...arg.options.map((one) => make("option", { value: one.id, textContent: text(one.text) })))
      : make(arg.kind === "long" ? "textarea" : "input", { id: name, autocomplete: "off", spellcheck: false, oninput: put,
        maxLength: arg.kind === "number" ? 6 : arg.max, ...(arg.kind === "long" ? { rows: 6 } : { type: "text" }) });
    input.value = drafts.get(kept) ?? arg.starts ?? "";
    return input;
  };
  const template = (action, arg, input) => {
    const name = id(action.id, arg.id, "template");
    const list = make("select", { id: name, onchange: () => {
      if (list.value) { input.value = arg.templates[Number(list.value)].text; drafts.put(about(action) + arg.id, input.value); }
    } }, make("option", { value: "", textContent: t("choose") }),
    ...arg.templates.map((one, at) => make("option", { value: String(at), textContent: text(one.title) })));
    return [make("label", { htmlFor: name, textContent: t("inbox_template") }), list];
  };
  const form = (action) => {
    const name = id(action.id), label = text(action.label);
    if (!action.args.length) return button(name, label, () => act(action, {}));
    const fields = action.args.map((arg) => [arg, control(action, arg)]);
    const typed = () => {
      const args = {};
      for (const [arg, input] of fields) {
        const value = input.value.trim();
        if (!value || (arg.kind === "number" && !/^\d+$/.test(value))) return null;
        args[arg.id] = arg.kind === "number" ? Number(value) : value;
      }
      return args;
    };
    const send = () => {
      const args = typed();
      if (args) act(action, args); else ctx.say("unsaved", t("fill_all"));
    };
    return folded(name, label, make("div", { className: "xd-fill" }, ...fields.flatMap(([arg, input]) => [
      ...(arg.templates?.length ? template(action, arg, input) : []),
      make("label", { htmlFor: input.id, textContent: text(arg.label) }), input])),
    button(name, `${t("confirm")} · ${label}`, send, { className: "xd-primary" }));
  };

  // A list of rows, or one of them open.
  const list = ({ columns, rows }, several) => {
    if (!rows.length) return make("p", { className: "xd-hint", textContent: t("inbox_empty") });
    const tick = (row) => make("input", { type: "checkbox", id: id(row.id, "tick"), checked: ticked.has(row.id),
      "aria-label": `${t("inbox_tick")}: ${text(row.title)}`,
      onchange: (event) => { ticked[event.currentTarget.checked ? "add" : "delete"](row.id); ctx.redraw(); } });
    const line = (row) => make("tr", row.unread ? { "data-unread": "" } : {}, several ? make("td", { className: "xd-tick" }, tick(row)) : null,
      make("td", { className: "xd-title" }, row.unread ? make("small", { textContent: t("inbox_unread") }) : null,
        button(id(row.id, "row"), text(row.title), () => step({ do: "open", rows: [row.id] }))),
      ...row.cells.map(say).map((said) => make("td", { className: said.length > 16 ? "" : "xd-short", textContent: said })));
    const head = (label) => make("th", { scope: "col", textContent: label });
    return scrolling(make("div", { className: "xd-scroll", id: id("scroll"), role: "group", "aria-label": text(screen().place) },
      make("table", { className: "xd-table xd-mail" },
        make("thead", {}, make("tr", {}, several ? make("td", {}) : null, head(t("inbox_title")), ...columns.map((one) => head(text(one))))),
        make("tbody", {}, ...rows.map(line)))));
  };
  const part = (row, actions) => (one) => folded(id(row.id, one.id), text(one.title), pairs(one.lines),
    one.menu.some((name) => actions.has(name)) ? make("p", { className: "xd-said-by", textContent: t("inbox_menu") }) : null,
    ...one.menu.filter((name) => actions.has(name)).map((name) => form(actions.get(name))));
  const opened = (row, actions) => [
    make("p", {}, button(id("back"), t("inbox_back"), () => step({ do: "back" }))),
    make("p", { className: "xd-here", textContent: text(row.title) }), pairs(row.fields),
    row.letter.length ? make("div", { className: "xd-letter" }, ...row.letter.map((one) => make("p", { ...spoken(one), textContent: text(one) }))) : null,
    ...row.parts.map(part(row, actions)),
    ...row.sent.map((one) => make("div", { className: "xd-letter", "data-sent": "" },
      make("strong", { textContent: `${t("inbox_sent")} · ${text(one.label)}` }), make("p", { textContent: one.text })))];

  return {
    heard(message) {
      if (!sending || message.nonce !== sending.nonce) return;
      if (message.type === "saved") {
        if (sending.start && !screen().done?.refused) { drafts.drop(sending.start); unfolded.delete(id(sending.start.split("/")[1])); }
        if (sending.start) ticked.clear();
        ctx.say("saved", t("saved"));
      } else if (!message.final) return; // it is sent again by itself
      const lost = document.activeElement === document.body || !document.activeElement?.checkVisibility();
      sending = null;
      ctx.redraw();
      const root = document.querySelector(`.xd-question[data-item="${model.get("item")}"]`);
      if (root && (lost || document.activeElement === document.body)) byId(root, id("here"))?.focus({ preventScroll: true });
    },
    draw() {
      const now = screen(), key = `${now.at}/${now.row?.id ?? ""}`;
      if (key !== seen) { ticked.clear(); unfolded.clear(); seen = key; }
      if (!ctx.takes) { sending = null; if (model.get("state") === "closed") drafts.drop(""); }
      const actions = new Map(now.actions.map((action) => [action.id, action]));
      const inMenu = new Set((now.row?.parts ?? []).flatMap((one) => one.menu));
      const free = now.actions.filter((action) => !inMenu.has(action.id));
      const several = !now.row && free.some((action) => action.rows === "ticked");
      outcome.toggleAttribute("data-refused", Boolean(now.done?.refused));
      const rows = now.done?.rows.map(text).join(t("inbox_comma")) ?? "";
      const said = now.done ? `${t(now.done.refused ? "inbox_refused" : "inbox_done")}${text(now.done.text)} (${rows})` : "";
      if (outcome.textContent !== said) outcome.textContent = said;
      const way = (link) => button(id("go", link.to), text(link.label) + (link.unread === undefined ? "" : ` (${link.unread})`),
        () => step({ do: "go", args: { to: link.to } }));
      const head = make("div", { className: "xd-desk-head" },
        make("p", { className: "xd-here", id: id("here"), tabIndex: -1, role: "heading", "aria-level": "3", textContent: text(now.place) }),
        make("span", { className: "xd-hint", textContent: t("inbox_today", { day: ctx.q.today }) }));
      const ways = make("div", { className: "xd-ways" }, make("span", { className: "xd-hint", textContent: t("inbox_ways") }), ...now.links.map(way));
      const body = now.row ? opened(now.row, actions)
        : [now.list ? list(now.list, several) : make("p", { className: "xd-hint", textContent: t("inbox_page") })];
      const offered = now.list && !now.list.rows.length ? free.filter((action) => action.rows !== "ticked") : free;
      const hint = several && now.list?.rows.length ? make("p", { className: "xd-hint", textContent: t("inbox_with_ticked", { n: ticked.size }) }) : null;
      return [make("p", { className: "xd-said-by", textContent: t("facts") }),
        make("ul", {}, ...ctx.q.briefing.map((texts) => make("li", { textContent: text(texts) }))),
        make("div", { className: "xd-desk" }, head, ways, outcome, ...body.filter(Boolean),
          offered.length ? make("div", { className: "xd-do" }, hint, ...offered.map(form)) : null)];
    },
  };
};

export default question({
  draw(ctx) { return (ctx.desk ??= deskOf(ctx)).draw(); },
  received(ctx, message) { ctx.desk?.heard(message); },
});
