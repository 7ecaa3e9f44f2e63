// A chat, its message box, the order and what can be done on the screen. The customer speaks in the kernel.
const NAMES = { agent: "agent", action: "actions", note: "system" };
// The same words where the customer is on the phone.
const PHONE = { chat: "call", agent: "you_say", send: "say_it", message: "speech", chat_over: "call_over", chat_empty: "call_empty",
  chat_begin: "call_begin", chat_begin_hint: "call_begin_hint" };
// And where several are there at once.
const DESK = { chat_begin: "queue_begin", chat_begin_hint: "queue_begin_hint" };
const LONGEST = 2000, LOOK_MS = 5000;

// What is typed but not sent survives a lost kernel in this browser tab.
const draftOf = (ctx, chat) => {
  const key = () => `${ctx.model.get("store")}/${ctx.model.get("item")}/draft${chat()}`;
  return {
    put: (text) => { try { sessionStorage.setItem(key(), JSON.stringify({ text, turn: ctx.model.get("turns") })); } catch { /* private mode */ } },
    take: () => { try { return JSON.parse(sessionStorage.getItem(key()) ?? "null"); } catch { return null; } },
    clear: () => { try { sessionStorage.removeItem(key()); } catch { /* private mode */ } },
  };
};

const chatOf = (ctx) => {
  const words = { ...(ctx.q.channel === "phone" ? PHONE : {}), ...(ctx.q.chats ? DESK : {}) };
  const word = (key) => ctx.t(words[key] ?? key);
  const { model } = ctx, draft = draftOf(ctx, () => (queue ? `/${queue.open}` : ""));
  const log = make("div", { className: "xd-log", id: `${ctx.name}-log`, role: "log", tabIndex: 0 });
  log.setAttribute("aria-live", "polite");
  const box = make("textarea", { className: "xd-box", id: `${ctx.name}-box`, rows: 3, maxLength: LONGEST,
    spellcheck: false, autocomplete: "off", "data-lm-suppress-shortcuts": "true" });
  const label = make("label", { className: "xd-said-by", htmlFor: box.id });
  const send = make("button", { type: "button", className: "xd-primary", id: `${ctx.name}-send` });
  const over = make("p", { className: "xd-over", role: "status" });
  // Seconds the customer has waited, where that counts: to be seen, and not to be read aloud every time they change.
  const waited = make("p", { className: "xd-waited", role: "timer" });
  waited.setAttribute("aria-live", "off");
  const hint = make("p", {}), begin = make("button", { type: "button", className: "xd-primary", id: `${ctx.name}-begin` });
  const start = make("div", { className: "xd-begin" }, hint, make("p", {}, begin));
  const order = make("div", {});
  const tools = make("div", {});
  let shown = 0, language = "", sending = null, entered = true; // sending: {nonce, kind}; entered: the focus is where it belongs

  const busy = () => sending !== null;
  const idle = () => model.get("begun") === false;
  const queue = ctx.q.chats ? queueOf(ctx, { busy, switched: () => { box.value = ""; language = ""; fill(); box.focus(); } }) : null;
  // Once it is closed, all chats can be read in the order in which they were held.
  const whole = () => queue && model.get("state") === "closed";
  const mine = (all) => (queue && !whole() ? queue.mine(all) : all);
  const ended = () => model.get("over") || Boolean(queue?.closed);
  const blocked = () => busy() || ended() || idle() || !ctx.open;
  const gate = () => {
    box.readOnly = busy() || !ctx.open;
    box.disabled = ended() || idle();
    send.disabled = ended() || idle() || !ctx.open;
    start.hidden = !idle();
    log.hidden = idle();
    begin.disabled = busy() || !ctx.open;
    send.setAttribute("aria-disabled", String(busy()));
    for (const control of tools.querySelectorAll("button, input, select")) control.disabled = send.disabled;
    over.textContent = ended() && !whole() && !idle() ? word(queue && !queue.open && !model.get("over") ? "queue_choose" : "chat_over") : "";
  };
  const go = (kind, value) => {
    sending = { kind, nonce: ctx.save({ ...value, ...(queue ? { chat: queue.open } : {}), turn: model.get("turns") }, kind) };
    gate();
  };
  const say = () => {
    if (blocked()) return;
    const text = box.value.trim();
    if (text) go("said", { text });
    else ctx.say("unsaved", word("chat_empty"));
  };
  send.addEventListener("click", say);
  begin.addEventListener("click", () => { if (!busy()) go("opened", {}); });
  const wait = () => {
    const counts = model.get("waited") ?? -1, seconds = queue && counts >= 0 ? (queue.closed ? -1 : queue.seconds) : counts;
    waited.hidden = seconds < 0 || !ctx.open;
    waited.textContent = waited.hidden ? "" : ctx.t("chat_waited", { s: seconds });
  };
  // The customer waits while this page is there and can be used. The kernel counts from look to look.
  const looking = setInterval(() => { if ((model.get("waited") ?? -1) >= 0 && ctx.open) look(); }, LOOK_MS);
  const look = () => { try { model.send({ type: "look" }); } catch { /* the kernel is lost: nobody waits */ } };
  box.addEventListener("input", () => { if (box.value) draft.put(box.value); else draft.clear(); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || composing(event)) return;
    event.preventDefault();
    say();
  });

  // A customer who speaks one language only is read aloud in it, whatever the page is in.
  const spoken = (text) => (typeof text === "string" || text[model.get("lang")] ? {} : { lang: Object.keys(text)[0] });
  // A photo came with the exam; an address is never asked.
  const photo = (shown) => (shown?.picture.startsWith("data:image/")
    ? make("img", { className: "xd-photo", src: shown.picture, alt: ctx.text(shown.alt) }) : null);
  const speaker = ({ who, chat }) => {
    if (who === "customer") return chat ? queue.nameOf(chat) : ctx.text(ctx.q.customer);
    return word(NAMES[who]) + (whole() ? ` → ${queue.nameOf(chat)}` : "");
  };
  const line = ({ who, text, chat, picture }) => make("div", { className: `xd-line xd-line-${who}` },
    make("strong", { textContent: speaker({ who, chat }) }),
    make("span", { ...spoken(text), textContent: typeof text === "string" ? text : ctx.text(text) }), photo(picture));
  const lines = () => {
    const all = mine(model.get("transcript"));
    if (language !== model.get("lang") || all.length < shown) { log.replaceChildren(); shown = 0; language = model.get("lang"); }
    log.append(...all.slice(shown).map(line));
    shown = all.length;
    log.scrollTop = log.scrollHeight;
    gate();
  };
  const details = () => {
    const fields = queue ? queue.mine(model.get("screen")) : model.get("screen");
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
    tools.replaceChildren(...[...ctx.q.tools, ...(queue?.tools ?? [])].map((tool) => {
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
    const said = mine(model.get("transcript")).filter(({ who }) => who === "agent").at(-1);
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

  // Everything that depends on the chat that is open.
  const fill = () => {
    log.setAttribute("aria-label", queue?.open ? ctx.t("chat_with", { name: queue.nameOf(queue.open) }) : word("chat"));
    label.textContent = queue?.open ? ctx.t("message_to", { name: queue.nameOf(queue.open) }) : word("message");
    details();
    panel();
    restore();
    queue?.draw();
    lines();
    wait();
  };
  model.on("change:transcript", () => { restore(); lines(); queue?.draw(); });
  model.on("change:screen", details);
  model.on("change:over", gate);
  model.on("change:waited", wait);
  model.on("change:begun", () => {
    gate();
    if (!idle()) enter();
  });
  // Where there are several, the first of them: who it is may be told after the desk is open.
  const enter = () => {
    const place = queue ? queue.first() : box;
    entered = Boolean(place);
    place?.focus({ preventScroll: true });
  };
  model.on("change:queue", () => { queue?.draw(); gate(); wait(); if (!entered) enter(); });
  return {
    heard,
    closed() { clearInterval(looking); },
    draw() {
      if (!ctx.takes) { sending = null; language = ""; if (model.get("state") === "closed") draft.clear(); }
      send.textContent = word("send");
      hint.textContent = word("chat_begin_hint");
      begin.textContent = word("chat_begin");
      wait();
      fill();
      requestAnimationFrame(() => { log.scrollTop = log.scrollHeight; }); // a node put in anew stands at its top
      const known = make("ul", {}, ...ctx.q.briefing.map((texts) => make("li", { textContent: ctx.text(texts) })));
      const heading = (key) => make("p", { className: "xd-said-by", textContent: word(key) });
      return [...(queue ? [queue.node()] : []), make("div", { className: "xd-columns" },
        make("div", { className: "xd-chat" }, heading("chat"), start, log, over, label, box, make("p", {}, send), waited),
        make("div", {}, heading("facts"), known, heading("order_screen"), order, heading("actions"), tools))];
    },
  };
};

export default question({
  draw(ctx) { return (ctx.chat ??= chatOf(ctx)).draw(); },
  received(ctx, message) { ctx.chat?.heard(message); },
  closed(ctx) { ctx.chat?.closed(); },
});
