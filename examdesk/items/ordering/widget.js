// Entries in rows with the buttons Up and Down. The order first shown is no answer; confirming it makes it one.
export default question({
  draw(ctx) {
    const entries = Object.fromEntries(ctx.q.entries.map((entry) => [entry.id, entry]));
    const order = (ctx.value ?? Object.keys(entries)).filter((id) => id in entries);
    const again = (event, id) => {
      const root = event.currentTarget.closest(".xd-question");
      ctx.redraw();
      byId(root, id)?.focus();
    };
    const moved = (from, to) => {
      const next = [...order];
      next.splice(to, 0, ...next.splice(from, 1));
      ctx.save(next);
    };
    const button = (id, at, step, word) => {
      const to = at + step, stuck = to < 0 || to >= order.length;
      const name = `${ctx.name}-${id}-${word}`;
      return make("button", {
        // aria-disabled, not disabled: the focus stays here when a row reaches the end
        type: "button", id: name, className: "xd-move", textContent: ctx.t(word), "aria-disabled": String(stuck),
        "aria-label": `${ctx.t(word)}: ${ctx.text(entries[id].text)} (${at + 1}/${order.length})`,
        onclick: (event) => {
          if (stuck) return;
          moved(at, to);
          again(event, name);
        },
      });
    };
    const rows = order.map((id, at) => make("li", { className: "xd-row", "data-entry": id }, ctx.open ? grip() : null,
      make("span", { className: "xd-row-text", textContent: ctx.text(entries[id].text) }),
      button(id, at, -1, "up"), button(id, at, 1, "down")));
    const confirm = make("button", {
      type: "button", id: `${ctx.name}--confirm`, textContent: ctx.t("order_confirm"), onclick: () => ctx.save(order),
    });
    const clear = make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}--clear`, textContent: ctx.t("clear"),
      onclick: () => { ctx.save(null); ctx.redraw(); },
    });
    const told = ctx.t("order_hint") + (ctx.q.rule === "exact" ? ` · ${ctx.t("rule_all-or-nothing")}` : "");
    return [make("p", { className: "xd-hint", textContent: told }),
      sortable(make("ol", { className: "xd-rows" }, ...rows), (from, to) => { if (ctx.open) { moved(from, to); ctx.redraw(); } }),
      make("p", {}, confirm, clear)];
  },
});
