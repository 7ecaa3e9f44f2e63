// A questionnaire without points: lists to choose from, steps from 1 to 5, free text. Text is saved when typing pauses.
const PAUSE_MS = 800;

export default question({
  draw(ctx) {
    const draft = ctx.draft ??= { typed: {}, timer: null, composing: false, areas: {} };
    const shown = (id) => draft.typed[id] ?? ctx.value?.[id];
    const filled = (change = {}) => {
      const all = { ...ctx.value, ...draft.typed, ...change };
      const kept = Object.entries(all).filter(([, answer]) => (Array.isArray(answer) ? answer.length : answer?.trim()));
      return kept.length ? Object.fromEntries(kept) : null;
    };
    const save = (change) => {
      clearTimeout(draft.timer);
      if (!ctx.takes || draft.composing || !(change || Object.keys(draft.typed).length)) return;
      const answer = filled(change);
      draft.typed = {};
      ctx.save(answer);
    };
    const later = () => { clearTimeout(draft.timer); if (!draft.composing) draft.timer = setTimeout(save, PAUSE_MS); };

    const choices = (one, type, options) => options.map(([value, words]) => {
      const box = make("input", { type, name: `${ctx.name}-${one.id}`, id: `${ctx.name}-${one.id}-${value}`, value,
        checked: type === "radio" ? shown(one.id) === value : (shown(one.id) ?? []).includes(value),
        onchange: () => {
          if (type === "radio") { save({ [one.id]: value }); return; }
          const others = (ctx.value?.[one.id] ?? []).filter((name) => name !== value);
          const ticked = box.checked ? [...others, value] : others;
          save({ [one.id]: options.map(([name]) => name).filter((name) => ticked.includes(name)) });
        } });
      return make("label", { className: "xd-option" }, box, make("span", { textContent: words }));
    });
    const listed = (one) => one.options.map((option) => [option.id, ctx.text(option.text)]);
    const scale = (one) => make("div", { className: "xd-scale" },
      make("span", { className: "xd-hint", textContent: ctx.text(one.low) }),
      ...choices(one, "radio", ["1", "2", "3", "4", "5"].map((step) => [step, step])),
      make("span", { className: "xd-hint", textContent: ctx.text(one.high) }));
    const free = (one) => {
      const id = `${ctx.name}-${one.id}-text`;
      const count = make("p", { id: `${id}-count`, className: "xd-hint" });
      const counted = () => { count.textContent = ctx.t("survey_count", { n: [...area.value].length, max: one.at_most }); };
      const area = make("textarea", {
        id, className: "xd-reply xd-short", rows: 3, maxLength: one.at_most, value: shown(one.id) ?? "", autocomplete: "off",
        "aria-label": ctx.text(one.text), "aria-describedby": count.id,
        oncompositionstart: () => { draft.composing = true; clearTimeout(draft.timer); },
        oncompositionend: () => { draft.composing = false; typed(); },
        oninput: (event) => { draft.composing = Boolean(event.isComposing); typed(); },
        onblur: () => { if (draft.areas[id] === area) save(); },
      });
      const typed = () => {
        draft.typed[one.id] = area.value;
        counted();
        if (!draft.composing) ctx.keep(filled());
        later();
      };
      const before = draft.areas[id];
      if (before) area.setSelectionRange(before.selectionStart, before.selectionEnd);
      draft.areas[id] = area;
      counted();
      return [area, count];
    };
    const clear = (one) => make("button", {
      type: "button", className: "xd-quiet", id: `${ctx.name}-${one.id}--clear`, textContent: ctx.t("clear"),
      "aria-label": `${ctx.t("clear")}: ${ctx.text(one.text)}`,
      onclick: () => { save({ [one.id]: "" }); ctx.redraw(); },
    });
    const kinds = {
      single: (one) => [...choices(one, "radio", listed(one)), clear(one)],
      multi: (one) => choices(one, "checkbox", listed(one)),
      scale: (one) => [scale(one), clear(one)],
      text: free,
    };
    if (draft.composing) { draft.composing = false; later(); }  // the old editor and its input method are gone
    return [make("p", { className: "xd-hint", textContent: ctx.t("survey_hint") }),
      ...ctx.q.questions.map((one, at) => make("fieldset", { className: "xd-body xd-asked", "data-asked": one.id },
        make("legend", { textContent: `${at + 1}. ${ctx.text(one.text)}` }), ...kinds[one.kind](one)))];
  },
});
