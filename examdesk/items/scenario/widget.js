// A chat, its message box, the order and what can be done on the screen. The customer speaks in the kernel.
const NAMES = { agent: "agent", action: "actions", note: "system" };
// The same words where the customer is on the phone.
const PHONE = { chat: "call", agent: "you_say", send: "say_it", message: "speech", chat_over: "call_over", chat_empty: "call_empty" };
const LONGEST = 2000;

// What is typed but not sent survives a lost kernel in this browser tab.
const draftOf = (ctx) => {
  const key = () => `${ctx.model.get("store")}/${ctx.model.get("item")}/draft`;
  return {
    put: (text) => { try { sessionStorage.setItem(key(), JSON.stringify({ text, turn: ctx.model.get("turns") })); } catch { /* private mode */ } },
    take: () => { try { return JSON.parse(sessionStorage.getItem(key()) ?? "null"); } catch { return null; } },
    clear: () => { try { sessionStorage.removeItem(key()); } catch { /* private mode */ } },
  };
};

const chatOf = (ctx) => {
  const { model } = ctx, draft = draftOf(ctx);
  const word = (key) => ctx.t(ctx.q.channel === "phone" ? PHONE[key] ?? key : key);
  const log = make("div", { className: "xd-log", id: `${ctx.name}-log`, role: "log", tabIndex: 0 });
  log.setAttribute("aria-live", "polite");
  const box = make("textarea", { className: "xd-box", id: `${ctx.name}-box`, rows: 3, maxLength: LONGEST,
    spellcheck: false, autocomplete: "off", "data-lm-suppress-shortcuts": "true" });
  const label = make("label", { className: "xd-said-by", htmlFor: box.id });
  const send = make("button", { type: "button", className: "xd-primary", id: `${ctx.name}-send` });
  const over = make("p", { className: "xd-over", role: "status" });
  const order = make("div", {});
  const tools = make("div", {});
  let shown = 0, language = "", sending = null; // sending: {nonce, kind}

  const busy = () => sending !== null;
  const blocked = () => busy() || model.get("over") || !ctx.open;
  const gate = () => {
    box.readOnly = busy() || !ctx.open;
    box.disabled = model.get("over");
    send.disabled = model.get("over") || !ctx.open;
    send.setAttribute("aria-disabled", String(busy()));
    for (const control of tools.querySelectorAll("button, input, select")) control.disabled = send.disabled;
    over.textContent = model.get("over") ? word("chat_over") : "";
  };
  const go = (kind, value) => {
    sending = { kind, nonce: ctx.save({ ...value, turn: model.get("turns") }, kind) };
    gate();
  };
  const say = () => {
    if (blocked()) return;
    const text = box.value.trim();
    if (text) go("said", { text });
    else ctx.say("unsaved", word("chat_empty"));
  };
  send.addEventListener("click", say);
  box.addEventListener("input", () => { if (box.value) draft.put(box.value); else draft.clear(); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || composing(event)) return;
    event.preventDefault();
    say();
  });

  // A customer who speaks one language only is read aloud in it, whatever the page is in.
  const spoken = (text) => (typeof text === "string" || text[model.get("lang")] ? {} : { lang: Object.keys(text)[0] });
  const line = ({ who, text }) => make("div", { className: `xd-line xd-line-${who}` },
    make("strong", { textContent: who === "customer" ? ctx.text(ctx.q.customer) : word(NAMES[who]) }),
    make("span", { ...spoken(text), textContent: typeof text === "string" ? text : ctx.text(text) }));
  const lines = () => {
    const all = model.get("transcript");
    if (language !== model.get("lang") || all.length < shown) { log.replaceChildren(); shown = 0; language = model.get("lang"); }
    log.append(...all.slice(shown).map(line));
    shown = all.length;
    log.scrollTop = log.scrollHeight;
    gate();
  };
  const details = () => {
    const fields = model.get("screen");
    const words = (value) => (typeof value === "string" ? value : ctx.text(value));
    order.replaceChildren(fields.length
      ? make("dl", { className: "xd-screen" }, ...fields.flatMap(({ label: name, value }) =>
        [make("dt", { textContent: ctx.text(name) }), make("dd", { textContent: words(value) || "–" })]))
      : make("p", { className: "xd-hint", textContent: ctx.t("order_hidden") }));
  };

  const field = (tool, arg, old) => {
    const id = `${ctx.name}-${tool.id}-${arg.id}`;
    const input = arg.kind === "choice"
      ? make("select", { id }, make("option", { value: "", textContent: ctx.t("choose") }),
        ...arg.options.map((option) => make("option", { value: option.id, textContent: ctx.text(option.text) })))
      : make("input", { id, type: "text", autocomplete: "off", spellcheck: false, maxLength: arg.kind === "text" ? arg.max : 6 });
    input.value = old[id] ?? "";
    return [make("label", { htmlFor: id, textContent: ctx.text(arg.label) }), input];
  };
  const typed = (tool) => {
    const args = {};
    for (const arg of tool.args) {
      const value = byId(tools, `${ctx.name}-${tool.id}-${arg.id}`).value.trim();
      if (!value || (arg.kind === "number" && !/^\d+$/.test(value))) return null;
      args[arg.id] = arg.kind === "number" ? Number(value) : value;
    }
    return args;
  };
  const act = (tool) => {
    if (blocked()) return;
    const args = typed(tool);
    if (args) go("acted", { tool: tool.id, args });
    else ctx.say("unsaved", ctx.t("fill_all"));
  };
  const panel = () => {
    const old = Object.fromEntries([...tools.querySelectorAll("input, select")].map((input) => [input.id, input.value]));
    const open = new Set([...tools.querySelectorAll("details[open]")].map((one) => one.id));
    tools.replaceChildren(...ctx.q.tools.map((tool) => {
      const id = `${ctx.name}-${tool.id}`;
      const button = make("button", { type: "button", id, onclick: () => act(tool),
        textContent: tool.args.length ? ctx.t("confirm") : ctx.text(tool.label) });
      if (!tool.args.length) return make("p", {}, button);
      return make("details", { className: "xd-tool", id: `${id}-form`, open: open.has(`${id}-form`) },
        make("summary", { id: `${id}-open`, textContent: ctx.text(tool.label) }),
        ...tool.args.flatMap((arg) => field(tool, arg, old)), button);
    }));
  };

  // What was typed comes back after a lost kernel, unless the journal has it already.
  const restore = () => {
    const kept = draft.take();
    if (!kept || box.value) return;
    const said = model.get("transcript").filter(({ who }) => who === "agent").at(-1);
    if (kept.turn < model.get("turns") && said?.text === kept.text.trim()) draft.clear();
    else box.value = kept.text;
  };
  const heard = (message) => {
    if (!sending || message.nonce !== sending.nonce) return;
    if (message.type === "saved") {
      if (sending.kind === "said") { box.value = ""; draft.clear(); }
      ctx.say("saved", ctx.t("saved"));
    } else if (!message.final) return; // it is sent again by itself, the text stays
    sending = null;
    gate();
  };

  model.on("change:transcript", () => { restore(); lines(); });
  model.on("change:screen", details);
  model.on("change:over", gate);
  return {
    heard,
    draw() {
      if (!ctx.takes) { sending = null; if (model.get("state") === "closed") draft.clear(); }
      log.setAttribute("aria-label", word("chat"));
      label.textContent = word("message");
      send.textContent = word("send");
      details();
      panel();
      restore();
      lines();
      requestAnimationFrame(() => { log.scrollTop = log.scrollHeight; }); // a node put in anew stands at its top
      const known = make("ul", {}, ...ctx.q.briefing.map((texts) => make("li", { textContent: ctx.text(texts) })));
      const heading = (key) => make("p", { className: "xd-said-by", textContent: word(key) });
      return [make("div", { className: "xd-columns" },
        make("div", { className: "xd-chat" }, heading("chat"), log, over, label, box, make("p", {}, send)),
        make("div", {}, heading("facts"), known, heading("order_screen"), order, heading("actions"), tools))];
    },
  };
};

export default question({
  draw(ctx) { return (ctx.chat ??= chatOf(ctx)).draw(); },
  received(ctx, message) { ctx.chat?.heard(message); },
});
