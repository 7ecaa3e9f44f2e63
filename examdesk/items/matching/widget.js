// One named list of choices for every entry on the left; whoever likes drags the choices there.
export default question({
  draw(ctx) {
    const pair = (left, right) => {
      const { [left]: _gone, ...rest } = ctx.value ?? {};
      const next = right ? { ...rest, [left]: right } : rest;
      ctx.save(Object.keys(next).length ? next : null);
    };
    const rows = ctx.q.left.map((entry) => {
      const list = make("select", { id: `${ctx.name}-${entry.id}`, onchange: () => pair(entry.id, list.value) },
        make("option", { value: "", textContent: ctx.t("choose") }),
        ...ctx.q.right.map((other) => make("option", { value: other.id, textContent: ctx.text(other.text) })));
      list.value = ctx.value?.[entry.id] ?? "";
      return make("div", { className: "xd-row", "data-left": entry.id },
        make("label", { className: "xd-row-text", htmlFor: list.id, textContent: ctx.text(entry.text) }), list);
    });
    const clear = make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}--clear`, textContent: ctx.t("clear"),
      onclick: () => { ctx.save(null); ctx.redraw(); },
    });
    const strict = ctx.q.rule === "all-or-nothing" ? ` · ${ctx.t("rule_all-or-nothing")}` : "";
    const told = ctx.t("match_hint") + strict;
    // Not read aloud: the lists say the same.
    const chips = make("div", { className: "xd-chips", "aria-hidden": "true" }, ...ctx.q.right.map((other) =>
      make("span", { className: "xd-chip", "data-entry": other.id }, grip(), ctx.text(other.text))));
    const area = draggable(make("div", {}, ctx.open ? chips : "", make("div", { className: "xd-rows" }, ...rows)), {
      spot(event) { const row = rows.find((one) => within(one, event)); return row ? [row, "on"] : null; },
      drop(id, { dataset: { left } }) {
        if (!ctx.open || ctx.value?.[left] === id) return;
        pair(left, id);
        ctx.redraw();
      },
    });
    return [make("p", { className: "xd-hint", textContent: told }), area, clear];
  },
});
