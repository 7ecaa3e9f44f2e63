// One named list of choices for every entry on the left.
export default question({
  draw(ctx) {
    const rows = ctx.q.left.map((entry) => {
      const pair = make("select", {
        id: `${ctx.name}-${entry.id}`,
        onchange: () => {
          const { [entry.id]: _gone, ...rest } = ctx.value ?? {};
          const next = pair.value ? { ...rest, [entry.id]: pair.value } : rest;
          ctx.save(Object.keys(next).length ? next : null);
        },
      }, make("option", { value: "", textContent: ctx.t("choose") }),
      ...ctx.q.right.map((other) => make("option", { value: other.id, textContent: ctx.text(other.text) })));
      pair.value = ctx.value?.[entry.id] ?? "";
      return make("div", { className: "xd-row" },
        make("label", { className: "xd-row-text", htmlFor: pair.id, textContent: ctx.text(entry.text) }), pair);
    });
    const clear = make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}--clear`, textContent: ctx.t("clear"),
      onclick: () => { ctx.save(null); ctx.redraw(); },
    });
    const strict = ctx.q.rule === "all-or-nothing" ? ` · ${ctx.t("rule_all-or-nothing")}` : "";
    const told = ctx.t("match_hint") + strict;
    return [make("p", { className: "xd-hint", textContent: told }),
      make("div", { className: "xd-rows" }, ...rows), clear];
  },
});
