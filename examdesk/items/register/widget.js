// A register to fill in: fields of one note, or a group of fields for every row. What is typed is saved as it stands.
const PAUSE_MS = 800;

export default question({
  draw(ctx) {
    const { fields, rows } = ctx.q;
    const heads = rows ? rows.heads : [null];
    const saved = () => (ctx.value ?? []).map((row) => ({ ...row }));
    const filled = (list) => {
      const trimmed = list.map((row) => Object.fromEntries(fields
        .map((field) => [field.id, (row[field.id] ?? "").trim()]).filter(([, text]) => text)));
      const kept = heads ? trimmed : trimmed.filter((row) => Object.keys(row).length);
      return kept.some((row) => Object.keys(row).length) ? kept : null;
    };
    const draft = ctx.draft ??= { rows: null, touched: false, timer: null, composing: false, inputs: {} };
    // Another tab, or a kernel that came back, has another answer than the one in these fields.
    if (!draft.rows || (!draft.touched && !same(filled(draft.rows), ctx.value))) draft.rows = saved();
    while (draft.rows.length < (heads ? heads.length : rows.add)) draft.rows.push({});

    const save = () => {
      clearTimeout(draft.timer);
      if (!ctx.open || draft.composing || !draft.touched) return;
      draft.touched = false;
      ctx.save(filled(draft.rows));
    };
    const later = () => { clearTimeout(draft.timer); if (!draft.composing) draft.timer = setTimeout(save, PAUSE_MS); };
    const put = (at, field, text) => { draft.rows[at][field.id] = text; draft.touched = true; };
    const hint = (field, text) => {
      if (field.kind === "date" || field.kind === "time") return ctx.t(`bad_${field.kind}`);
      if (field.kind === "long" && field.size) {
        return ctx.t("characters_asked", { n: [...text.trim()].length, min: field.size.min, max: field.size.max });
      }
      return ["text", "long"].includes(field.kind) || !text || /\p{Nd}/u.test(text) ? "" : ctx.t("bad_number");
    };
    const box = (at, field, id) => {
      const long = field.kind === "long", worded = long || ["text", "date", "time"].includes(field.kind);
      const input = make(long ? "textarea" : "input", {
        ...(long ? { rows: 3, className: "xd-note" } : { type: "text", inputMode: worded ? "text" : "decimal" }),
        id, value: draft.rows[at][field.id] ?? "", maxLength: long ? 2000 : field.kind === "text" ? 120 : 40,
        autocomplete: "off", spellcheck: false, "aria-required": String(field.required), "aria-describedby": `${id}-hint ${field.hint ? `${id}-more` : ""}`.trim(),
        oninput: () => {
          put(at, field, input.value);
          note.textContent = hint(field, input.value);
          if (!draft.composing) ctx.keep(filled(draft.rows));
          later();
        },
        oncompositionstart: () => { draft.composing = true; clearTimeout(draft.timer); },
        oncompositionend: () => { draft.composing = false; later(); },
        onchange: () => { if (draft.inputs[id] === input) save(); },  // not when a redraw takes the field away
      });
      const note = make("small", { id: `${id}-hint`, className: "xd-hint", textContent: hint(field, input.value) });
      const before = draft.inputs[id];
      if (before) input.setSelectionRange(before.selectionStart, before.selectionEnd);
      draft.inputs[id] = input;
      return [input, field.unit ? make("span", { textContent: ctx.text(field.unit) }) : null, note];
    };
    const list = (at, field, id) => {
      const select = make("select", {
        id, "aria-required": String(field.required), "aria-describedby": field.hint ? `${id}-more` : null,
        onchange: () => { put(at, field, select.value); save(); },
      }, make("option", { value: "", textContent: ctx.t("choose") }),
      ...field.options.map((option) => make("option", { value: option.id, textContent: ctx.text(option.text) })));
      select.value = draft.rows[at][field.id] ?? "";
      return [select];
    };
    const tick = (at, field, id) => {
      const input = make("input", {
        type: "checkbox", id, value: field.id, checked: draft.rows[at][field.id] === "yes",
        onchange: () => { put(at, field, input.checked ? "yes" : ""); save(); },
      });
      return make("div", { className: "xd-cell xd-cell-check" }, make("label", { className: "xd-option", htmlFor: id },
        input, make("span", { textContent: ctx.text(field.label) })));
    };
    const cell = (at) => (field) => {
      const id = `${ctx.name}-${at + 1}-${field.id}`;
      if (field.kind === "check") return tick(at, field, id);
      const label = make("label", { htmlFor: id, textContent: ctx.text(field.label) },
        field.required ? make("span", { className: "xd-required", "aria-hidden": "true", textContent: " *" }) : null);
      const more = field.hint ? make("small", { id: `${id}-more`, className: "xd-hint", textContent: ctx.text(field.hint) }) : null;
      return make("div", { className: `xd-cell xd-cell-${field.kind}` }, label, more,
        make("div", { className: "xd-cell-value" }, ...(field.kind === "choice" ? list(at, field, id) : box(at, field, id))));
    };
    if (draft.composing) { draft.composing = false; later(); }  // the old field and its input method are gone

    const again = (event, id) => {
      const root = event.currentTarget.closest(".xd-question");
      ctx.redraw();
      byId(root, id)?.focus();
    };
    const named = (at) => `${ctx.name}-${at + 1}-${fields[0].id}`;
    const remove = (at) => make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}-${at + 1}--remove`, textContent: ctx.t("remove_row", { n: at + 1 }),
      onclick: (event) => {
        draft.rows.splice(at, 1);
        [draft.touched, draft.inputs] = [true, {}];
        save();
        again(event, draft.rows.length ? named(Math.min(at, draft.rows.length - 1)) : `${ctx.name}--add`);
      },
    });
    const group = (row, at) => (rows
      ? make("fieldset", { className: "xd-group" },
        make("legend", { textContent: heads ? ctx.text(heads[at]) : ctx.t("row", { n: at + 1 }) }),
        make("div", { className: "xd-cells" }, ...fields.map(cell(at))), heads ? null : remove(at))
      : make("div", { className: "xd-cells xd-single" }, ...fields.map(cell(at))));
    const add = make("button", {
      type: "button", id: `${ctx.name}--add`, textContent: ctx.t("add_row"),
      "aria-disabled": String(draft.rows.length >= 20),
      onclick: (event) => {
        if (draft.rows.length >= 20) return;
        draft.rows.push({});
        again(event, named(draft.rows.length - 1));
      },
    });
    const rule = ["all-or-nothing", "per-row"].includes(ctx.q.rule) ? ` · ${ctx.t(`rule_${ctx.q.rule}`)}` : "";
    const starred = fields.some((field) => field.required && field.kind !== "check");
    const told = ctx.t(starred ? "register_hint" : "numeric_hint") + (heads ? "" : ` · ${ctx.t("register_rows")}`) + rule;
    return [dataTable(ctx), make("p", { className: "xd-hint", textContent: told }),
      ...draft.rows.map(group), heads ? "" : make("p", {}, add)];
  },
});
