// One option of several, as named radio buttons.
export default question({
  draw(ctx) {
    const options = ctx.q.options.map((option) => {
      const radio = make("input", {
        type: "radio", name: ctx.name, id: `${ctx.name}-${option.id}`, value: option.id,
        checked: ctx.value === option.id, onchange: () => ctx.save(option.id),
      });
      return make("label", { className: "xd-option", htmlFor: radio.id }, radio,
        make("span", { textContent: ctx.text(option.text) }));
    });
    const clear = make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}-clear`, textContent: ctx.t("clear"),
      onclick: () => { ctx.save(null); ctx.redraw(); },
    });
    return [make("div", { className: "xd-options" }, ...options), clear];
  },
});
