// Every right option of several, as named tick boxes.
export default question({
  draw(ctx) {
    const chosen = () => ctx.value ?? [];
    const options = ctx.q.options.map((option) => {
      const box = make("input", {
        type: "checkbox", name: ctx.name, id: `${ctx.name}-${option.id}`, value: option.id,
        checked: chosen().includes(option.id),
        onchange: () => {
          const rest = chosen().filter((id) => id !== option.id);
          const next = box.checked ? [...rest, option.id] : rest;
          ctx.save(next.length ? next : null);
        },
      });
      return make("label", { className: "xd-option", htmlFor: box.id }, box,
        make("span", { textContent: ctx.text(option.text) }));
    });
    const clear = make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}--clear`, textContent: ctx.t("clear"),
      onclick: () => { ctx.save(null); ctx.redraw(); },
    });
    const hint = `${ctx.t("choose_many")} · ${ctx.t(`rule_${ctx.q.rule}`)}`;
    return [make("p", { className: "xd-hint", textContent: hint }),
      make("div", { className: "xd-options" }, ...options), clear];
  },
});
