// Tickets in rows: Up and Down, or straight to a place by a list. The order first shown is no answer; confirming it is.
export default question({
  draw(ctx) {
    const tickets = Object.fromEntries(ctx.q.tickets.map((ticket) => [ticket.id, ticket]));
    const order = (ctx.value?.order ?? Object.keys(tickets)).filter((id) => id in tickets);
    const chosen = ctx.value?.classes ?? {};
    const save = (next, classes = chosen) => ctx.save(ctx.q.classes ? { order: next, classes } : { order: next });
    const again = (event, id) => {
      const root = event.currentTarget.closest(".xd-question");
      ctx.redraw();
      byId(root, id)?.focus();
    };
    const moved = (from, to) => {
      const next = [...order];
      next.splice(to, 0, ...next.splice(from, 1));
      save(next);
    };
    const move = (event, from, to, name) => { moved(from, to); again(event, name); };
    const about = (word, id) => `${word}: ${ctx.text(tickets[id].text)}`;
    const button = (id, at, step, word) => {
      const to = at + step, stuck = to < 0 || to >= order.length, name = `${ctx.name}-${id}-${word}`;
      return make("button", {
        // aria-disabled, not disabled: the focus stays here when a row reaches the end
        type: "button", id: name, className: "xd-move", textContent: ctx.t(word), "aria-disabled": String(stuck),
        "aria-label": `${about(ctx.t(word), id)} (${at + 1}/${order.length})`,
        onclick: (event) => { if (!stuck) move(event, at, to, name); },
      });
    };
    const place = (id, at) => {
      const name = `${ctx.name}-${id}-place`;
      const list = make("select", { id: name, className: "xd-place", "aria-label": about(ctx.t("triage_place"), id),
        onchange: (event) => move(event, at, list.selectedIndex, name) },
      ...order.map((_, to) => make("option", { value: to + 1, textContent: to + 1, selected: to === at })));
      return list;
    };
    const sort = (id) => {
      const name = `${ctx.name}-${id}-class`;
      const list = make("select", { id: name, "aria-label": about(ctx.t("triage_class"), id),
        onchange: (event) => {
          const { [id]: _, ...others } = chosen;
          save(order, list.value ? { ...others, [id]: list.value } : others);
          again(event, name);
        } },
      make("option", { value: "", textContent: ctx.t("choose") }),
      ...ctx.q.classes.map((one) => make("option", { value: one.id, textContent: ctx.text(one.text) })));
      list.value = chosen[id] ?? "";
      return list;
    };
    const rows = order.map((id, at) => make("li", { className: `xd-row xd-ticket${ctx.q.classes ? " xd-classed" : ""}`, "data-entry": id },
      ctx.open ? grip() : null, make("span", { className: "xd-row-text", textContent: ctx.text(tickets[id].text) }),
      make("span", { className: "xd-controls" }, ctx.q.classes ? sort(id) : null, place(id, at),
        button(id, at, -1, "up"), button(id, at, 1, "down"))));
    const confirm = make("button", {
      type: "button", id: `${ctx.name}--confirm`, textContent: ctx.t("order_confirm"), onclick: () => save(order),
    });
    const clear = make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}--clear`, textContent: ctx.t("clear"),
      onclick: () => { ctx.save(null); ctx.redraw(); },
    });
    const told = ctx.t("triage_hint") + (ctx.q.classes ? ctx.t("triage_hint_class") : "")
      + (ctx.q.rule === "exact" ? ` · ${ctx.t("rule_all-or-nothing")}` : "");
    return [make("p", { className: "xd-hint", textContent: told }),
      sortable(make("ol", { className: "xd-rows" }, ...rows), (from, to) => { if (ctx.open) { moved(from, to); ctx.redraw(); } }),
      make("p", {}, confirm, clear)];
  },
});
