// A table of data, and fields for numbers, dates, times and small choices. Whatever is typed is saved as it stands.
const PAUSE_MS = 800;

export default question({
  draw(ctx) {
    const draft = ctx.draft ??= { typed: {}, timer: null, composing: false, inputs: {} };
    const shown = (id) => draft.typed[id] ?? ctx.value?.[id] ?? "";
    const filled = () => {
      const pairs = ctx.q.fields.map((field) => [field.id, shown(field.id).trim()]).filter(([, text]) => text);
      return pairs.length ? Object.fromEntries(pairs) : null;
    };
    const save = () => {
      clearTimeout(draft.timer);
      if (!ctx.takes || draft.composing || !Object.keys(draft.typed).length) return;
      const answer = filled();
      draft.typed = {};
      ctx.save(answer);
    };
    const keep = () => { if (!draft.composing) ctx.keep(filled()); };
    const later = () => { clearTimeout(draft.timer); if (!draft.composing) draft.timer = setTimeout(save, PAUSE_MS); };
    const hint = (field) => {
      if (field.kind === "date" || field.kind === "time") return ctx.t(`bad_${field.kind}`);
      return shown(field.id) && !/\p{Nd}/u.test(shown(field.id)) ? ctx.t("bad_number") : "";
    };

    const box = (field, id) => {
      const input = make("input", {
        type: "text", id, value: shown(field.id), maxLength: 40, autocomplete: "off", spellcheck: false,
        inputMode: ["date", "time"].includes(field.kind) ? "text" : "decimal", "aria-describedby": `${id}-hint`,
        oninput: () => { draft.typed[field.id] = input.value; note.textContent = hint(field); keep(); later(); },
        oncompositionstart: () => { draft.composing = true; clearTimeout(draft.timer); },
        oncompositionend: () => { draft.composing = false; later(); },
        onchange: () => { if (draft.inputs[id] === input) save(); },  // not when a redraw takes the field away
      });
      const note = make("small", { id: `${id}-hint`, className: "xd-hint", textContent: hint(field) });
      const before = draft.inputs[id];
      if (before) input.setSelectionRange(before.selectionStart, before.selectionEnd);
      draft.inputs[id] = input;
      return [input, field.unit ? make("span", { textContent: ctx.text(field.unit) }) : null, note];
    };
    const list = (field, id) => {
      const select = make("select", { id, onchange: () => { draft.typed[field.id] = select.value; save(); } },
        make("option", { value: "", textContent: ctx.t("choose") }),
        ...field.options.map((option) => make("option", { value: option.id, textContent: ctx.text(option.text) })));
      select.value = shown(field.id);
      return [select];
    };
    if (draft.composing) { draft.composing = false; later(); }  // the old field and its input method are gone
    const rows = ctx.q.fields.map((field) => {
      const id = `${ctx.name}-${field.id}`;
      return make("div", { className: "xd-row" },
        make("label", { className: "xd-row-text", htmlFor: id, textContent: ctx.text(field.label) }),
        ...(field.kind === "choice" ? list(field, id) : box(field, id)));
    });

    const strict = ctx.q.rule === "all-or-nothing" ? ` · ${ctx.t("rule_all-or-nothing")}` : "";
    const told = ctx.t("numeric_hint") + strict;
    return [dataTable(ctx), make("p", { className: "xd-hint", textContent: told }),
      make("div", { className: "xd-rows" }, ...rows)];
  },
});
