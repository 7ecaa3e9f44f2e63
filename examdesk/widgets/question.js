// Shared by every question widget; a type's widget.js is joined behind this file and ends in
//   export default question({ draw(ctx) { … } })
// No rule of marking lives here. An answer is "saved" only after the kernel says that it is on the disk.

const RETRY_MS = 3000, UNANSWERED_MS = 5500;

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

// The unsaved answer survives a lost kernel in this browser tab.
const shelf = (model) => {
  const key = () => `${model.get("store")}/${model.get("item")}`;
  return {
    put: (value) => { try { sessionStorage.setItem(key(), JSON.stringify(value)); } catch { /* private mode */ } },
    take: () => { try { return JSON.parse(sessionStorage.getItem(key()) ?? "null"); } catch { return null; } },
    clear: () => { try { sessionStorage.removeItem(key()); } catch { /* private mode */ } },
  };
};

// What is wider than the page scrolls by itself; then the keyboard reaches it.
const scrolling = (box) => {
  new ResizeObserver(() => { if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex"); }).observe(box);
  return box;
};
// The data a question gives, above its fields; "" where it gives none.
const dataTable = (ctx) => {
  const cell = (value) => (typeof value === "object" ? ctx.text(value) : String(value));
  return ctx.q.table ? scrolling(make("div", { className: "xd-scroll", role: "group", "aria-label": ctx.t("data_table") }, make("table", { className: "xd-table" },
    make("thead", {}, make("tr", {}, ...ctx.q.table.columns.map((column) =>
      make("th", { scope: "col", textContent: ctx.text(column) })))),
    make("tbody", {}, ...ctx.q.table.rows.map((row) =>
      make("tr", {}, ...row.map((value) => make("td", { textContent: cell(value) })))))))) : "";
};

const question = (type) => ({
  render({ model, el }) {
    const store = shelf(model), t = words(model);
    const root = housed(el, "xd-question");
    const status = make("p", { className: "xd-status", role: "status" });
    let value = model.get("value"), timer = null, asked = 0; // when the kernel answered, or was asked first after that
    // A start of its own: another tab on the same kernel hears the replies to this one, too.
    let nonce = Math.floor(Math.random() * 2 ** 40);
    let waiting = []; // what the kernel has not confirmed yet, oldest first
    let typing = false; // a field holds more than was sent
    let refused = false; // the kernel will never take what stands in the field
    const unsaved = () => typing || refused || waiting.length > 0;

    const say = (kind, text) => {
      status.className = `xd-status xd-${kind}`;
      status.textContent = text;
      root.toggleAttribute("data-unsaved", unsaved());
    };
    const settled = () => {
      if (refused) say("unsaved", t("not_saved_why", { why: t("refused") }));
      else if (unsaved()) say("saving", t("saving"));
      else if (value === null || value === undefined) say("", "");
      else say("saved", t("saved"));
    };
    const again = () => { say("unsaved", t("not_saved")); send(); };
    const retry = () => { clearTimeout(timer); timer = setTimeout(again, RETRY_MS); };
    const send = () => {
      if (!waiting.length) return;
      retry();
      // Without an answer for so long the page looks whether the kernel is still the one that made this question. Who goes on
      // choosing and typing meanwhile asks anew each time, so that tries are not counted.
      if (performance.now() - asked > UNANSWERED_MS) root.dispatchEvent(new CustomEvent("examdesk-unanswered", { bubbles: true }));
      try { model.send(waiting[0]); } catch { say("unsaved", t("not_saved")); }
    };
    const ctx = {
      model, t,
      text: (texts) => inLanguage(model, texts),
      get q() { return model.get("question"); },
      get value() { return value; },
      get open() { return model.get("state") === "open"; },
      // Also while the time ends: what was typed before still counts.
      get takes() { return ["open", "paused", "ending"].includes(model.get("state")); },
      name: `xd-${model.get("item")}`,
      // Sends an event; a new answer replaces an older one on its way, everything else keeps its turn.
      save(next, kind = "answered") {
        if (!waiting.length) asked = performance.now();
        if (kind === "answered") {
          [value, typing, refused] = [next, false, false];
          store.put({ value: next });
          waiting = waiting.filter((message) => message.type !== kind);
        }
        waiting.push({ type: kind, nonce: ++nonce, value: next });
        say("saving", t("saving"));
        if (waiting.length === 1) send();
        return nonce;
      },
      // An answer still being typed: it survives a lost kernel, and is not called saved.
      keep(next) { [typing, refused] = [true, false]; store.put({ value: next }); say("saving", t("saving")); },
      say, redraw: () => draw(),
    };

    const flag = () => make("button", {
      type: "button", className: "xd-quiet xd-flag", id: `xd-flag-${model.get("item")}`,
      "aria-pressed": String(Boolean(model.get("flagged"))), textContent: t("flag"),
      "aria-label": `${t("flag")}: ${t("question", { n: model.get("number") })}`,
      onclick: () => ctx.save(!model.get("flagged"), "flagged"),
    });
    const draw = () => {
      const points = model.get("out_of");
      const head = make("p", { className: "xd-head" },
        make("strong", { textContent: t("question", { n: model.get("number") }) }),
        make("span", { textContent: t({ 0: "unscored", 1: "point" }[points] ?? "points", { n: points }) }));
      // Markdown rendered in the kernel, where HTML stays text.
      const stem = scrolling(make("div", { className: "xd-stem", innerHTML: ctx.text(model.get("stem")) }));
      const { edition } = ctx.q;
      const body = make("fieldset", { className: "xd-body" },
        make("legend", {}, head, stem, edition ? make("p", { className: "xd-edition", textContent: ctx.text(edition) }) : null),
        ...type.draw(ctx));
      if (!ctx.open) locked(body);
      redrawn(root, model, body, make("div", { className: "xd-foot" }, status, ctx.open ? flag() : null));
      root.hidden = ["waiting", "paused"].includes(model.get("state"));
      root.dataset.item = model.get("item");
      root.dataset.number = model.get("number");
    };

    const received = (message) => {
      if (!waiting.length || message.nonce !== waiting[0].nonce) { type.received?.(ctx, message); return; }
      clearTimeout(timer);
      asked = performance.now();
      if (message.type === "saved") {
        const done = waiting.shift();
        if (done.type === "answered" && !unsaved()) { value = model.get("value"); store.clear(); }
        settled();
        send();
      } else if (message.final) {
        refused = waiting.shift().type === "answered" && ctx.takes;
        if (!ctx.takes) store.clear();
        say("unsaved", t("not_saved_why", { why: message.why }));
        send();
      } else {
        say("unsaved", t("not_saved_why", { why: message.why }));
        retry();
      }
      type.received?.(ctx, message);
    };
    const opened = () => {
      const state = model.get("state"), kept = state === "waiting" ? null : store.take();
      // What is on its way is sent on: the kernel keeps a late answer, or says why not.
      if (state === "closed") [typing, refused, value] = [false, false, model.get("value")];
      settled();
      draw();
      if (!kept) return;
      if (same(kept.value, model.get("value"))) store.clear();
      else if (!waiting.some((message) => message.type === "answered")) { ctx.save(kept.value); draw(); }
    };
    // Another tab of the same exam has changed the answer.
    const changed = () => {
      if (unsaved() || same(value, model.get("value"))) return;
      value = model.get("value");
      settled();
      draw();
    };
    const leaving = (event) => { if (unsaved()) event.preventDefault(); };

    model.on("msg:custom", received);
    model.on("change:state", opened);
    model.on("change:value", changed);
    model.on("change:lang", () => { settled(); draw(); });
    model.on("change:question", draw);
    model.on("change:flagged", () => {
      byId(root, `xd-flag-${model.get("item")}`)?.setAttribute("aria-pressed", String(model.get("flagged")));
    });
    for (const trait of type.traits ?? []) model.on(`change:${trait}`, draw);
    window.addEventListener("beforeunload", leaving);
    opened();
    return () => {
      clearTimeout(timer);
      type.closed?.(ctx);
      window.removeEventListener("beforeunload", leaving);
      model.off("msg:custom", received);
    };
  },
});
