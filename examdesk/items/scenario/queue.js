// Several customers at once: who is there, what each began with, what is unread. One chat is open; messages go to it.
const queueOf = (ctx, { busy, switched }) => {
  const { model } = ctx;
  const list = make("ul", { className: "xd-queue", id: `${ctx.name}-queue` });
  const news = make("p", { className: "xd-hint", role: "status" });
  const rows = new Map(), read = {}; // by chat: its nodes, and how many of the customer's lines were on the screen
  let open = null;

  const linesOf = (id) => model.get("transcript").filter(({ chat }) => chat === id);
  const saidBy = (lines) => lines.filter(({ who }) => who === "customer").length;
  // After a reload everything before the agent's last turn counts as read.
  const readOf = (id) => {
    const lines = linesOf(id), mine = lines.findLastIndex(({ who }) => who === "agent" || who === "action");
    return read[id] ?? saidBy(lines.slice(0, mine + 1));
  };
  const unread = (id) => (id === open ? 0 : saidBy(linesOf(id)) - readOf(id));
  const entry = (id) => ctx.q.chats.find((chat) => chat.id === id);
  const nameOf = (id) => ctx.text(entry(id).customer);
  // How long somebody has waited: in seconds where the exam counts them, else in turns.
  const waits = ({ waited, seconds }) => (seconds === undefined ? ctx.t("queue_waited", { n: waited }) : ctx.t("queue_seconds", { s: seconds }));
  const stateOf = ({ id, over, ...wait }) => {
    if (over) return ctx.t("queue_over");
    return unread(id) ? ctx.t("queue_unread", { n: unread(id) }) + ctx.t("comma") + waits(wait) : waits(wait);
  };

  const choose = (id) => {
    if (busy() || id === open) return;
    open = id;
    draw();
    switched();
  };
  const row = (id) => {
    const name = make("strong", {}), state = make("span", { className: "xd-queue-state" }), first = make("span", { className: "xd-queue-first" });
    const button = make("button", { type: "button", id: `${ctx.name}-open-${id}`, onclick: () => choose(id) }, name, " ", state, " ", first);
    rows.set(id, { name, state, first, button });
    list.append(make("li", {}, button));
  };
  const draw = () => {
    const chats = model.get("queue");
    if (open) read[open] = saidBy(linesOf(open));
    for (const chat of chats) {
      if (!rows.has(chat.id)) row(chat.id);
      const { name, state, first, button } = rows.get(chat.id);
      name.textContent = nameOf(chat.id);
      state.textContent = stateOf(chat);
      const said = linesOf(chat.id).find(({ who }) => who === "customer")?.text ?? {};
      first.textContent = ctx.text(said) ?? "";
      if (said[model.get("lang")]) first.removeAttribute("lang");
      else first.lang = Object.keys(said)[0] ?? "zh"; // read aloud in the customer's only language
      button.toggleAttribute("data-unread", unread(chat.id) > 0);
      if (chat.id === open) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
    }
    const waiting = chats.filter(({ id, over }) => !over && unread(id)).map(({ id }) => nameOf(id)).join(ctx.t("comma"));
    const told = waiting ? ctx.t("queue_news", { names: waiting }) : "";
    if (news.textContent !== told) news.textContent = told; // said once
    list.setAttribute("aria-label", ctx.t("queue"));
  };
  // The page was loaded again: he goes on where he wrote last.
  const last = model.get("transcript").findLast(({ who, chat }) => chat && (who === "agent" || who === "action"));
  open = last?.chat ?? null;

  return {
    draw, nameOf,
    first: () => list.querySelector("button"),
    get open() { return open; },
    get seconds() { return model.get("queue").find(({ id }) => id === open)?.seconds ?? -1; },
    get closed() { return !open || model.get("queue").some(({ id, over }) => id === open && over); },
    get tools() { return open ? entry(open).tools : []; },
    // Of lines or fields those of the open chat.
    mine: (all) => all.filter(({ chat }) => chat === open),
    node: () => make("div", {}, make("p", { className: "xd-said-by", textContent: ctx.t("queue") }), list, news),
  };
};
