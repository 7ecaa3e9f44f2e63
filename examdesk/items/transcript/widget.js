// The record in numbered lines. A line is marked with its tick box; then it asks for the rule that is broken.
export default question({
  draw(ctx) {
    const speakers = Object.fromEntries(ctx.q.speakers.map((one) => [one.id, ctx.text(one.text)]));
    const marked = () => ctx.value ?? {};
    const put = (line, rule) => {
      const { [line]: _gone, ...rest } = marked();
      const next = rule === null ? rest : { ...rest, [line]: rule };
      ctx.save(Object.keys(next).length ? next : null);
    };
    const named = (line, id) => {
      const rule = make("select", { id, onchange: () => put(line, rule.value) },
        make("option", { value: "", textContent: ctx.t("choose") }),
        ...ctx.q.rules.map((one) => make("option", { value: one.id, textContent: ctx.text(one.text) })));
      rule.value = marked()[line];
      return make("div", { className: "xd-row xd-broken" },
        make("label", { htmlFor: id, textContent: ctx.t("rule_broken", { n: line }) }), rule);
    };
    const row = (one, at) => {
      const line = String(at + 1), id = `${ctx.name}-${line}`;
      const box = make("input", {
        type: "checkbox", id, value: line, checked: line in marked(),
        onchange: () => { put(line, box.checked ? "" : null); ctx.redraw(); },
      });
      const head = [speakers[one.by], one.at].filter(Boolean).join(" · ");
      return make("li", { className: "xd-line-row", "data-by": one.by, "data-marked": line in marked() ? "" : null },
        make("label", { className: "xd-option", htmlFor: id }, box,
          make("span", { className: "xd-line-number", textContent: ctx.t("line", { n: line }) }),
          make("span", {}, make("span", { className: "xd-line-by", textContent: head }), " ",
            make("span", { textContent: ctx.text(one.text) }))),
        line in marked() ? named(line, `${id}-rule`) : null);
    };
    const clear = make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}--clear`, textContent: ctx.t("clear"),
      onclick: () => { ctx.save(null); ctx.redraw(); },
    });
    const cost = ctx.t("transcript_cost", { part: ctx.q.line_only, cost: ctx.q.false_alarm });
    return [make("p", { className: "xd-hint", textContent: `${ctx.t("transcript_hint")} · ${cost}` }),
      make("ol", { className: "xd-record" }, ...ctx.q.lines.map(row)), clear];
  },
});
