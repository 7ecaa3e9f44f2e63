// The start page, then one quiet bar: exam, candidate, progress, time used, language.
const LABELS = { zh: "中文", en: "English" };
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,39}$/;

export default {
  render({ model, el }) {
    const root = housed(el, "xd-frame"), t = words(model);
    const form = () => model.get("form");
    const title = () => inLanguage(model, form().title);
    let born = performance.now(), typed = model.get("candidate"), sure = false, why = "";

    const languages = () => make("div", { className: "xd-languages", role: "group", "aria-label": t("language") },
      ...form().languages.map((code) => make("button", {
        type: "button", id: `xd-lang-${code}`, lang: code === "zh" ? "zh-CN" : code, textContent: LABELS[code] ?? code,
        "aria-pressed": String(code === model.get("lang")),
        onclick: () => model.send({ type: "language", value: code }),
      })));

    const start = () => {
      const known = model.get("known");
      const tick = make("input", {
        type: "checkbox", id: "xd-confirm", checked: sure, onchange: () => { sure = tick.checked; },
      });
      const label = make("span", { textContent: t("candidate_confirm", { id: typed || "…" }) });
      const name = make("input", {
        type: "text", id: "xd-candidate", value: typed, readOnly: known, autocomplete: "off", spellcheck: false,
        "aria-describedby": "xd-candidate-hint",
        oninput: () => {
          typed = name.value.normalize("NFKC").trim(); // a Chinese keyboard may give full-width digits
          sure = tick.checked = false;
          label.textContent = t("candidate_confirm", { id: typed || "…" });
        },
      });
      const fault = make("p", { className: "xd-status xd-unsaved", role: "alert", textContent: why });
      const go = (event) => {
        event.preventDefault();
        const good = sure && ID.test(typed);
        fault.textContent = why = good ? "" : t("candidate_missing");
        if (good) model.send({ type: "start", value: typed }); else (ID.test(typed) ? tick : name).focus();
      };
      return make("form", { className: "xd-start", noValidate: true, onsubmit: go },
        languages(), make("h1", { textContent: title() }),
        make("h2", { textContent: t("start_title") }),
        make("p", { textContent: t("rules", { minutes: form().minutes, items: form().items, points: form().points }) }),
        make("p", { className: "xd-field" }, make("label", { htmlFor: name.id, textContent: t("candidate") }), name,
          make("small", { id: "xd-candidate-hint", textContent: t("candidate_hint") })),
        make("p", {}, make("label", { className: "xd-option" }, tick, label)),
        make("button", { type: "submit", className: "xd-primary", id: "xd-start", textContent: t("start") }), fault);
    };
    const minutes = () => Math.floor((model.get("elapsed") + (performance.now() - born) / 1000) / 60);
    const clock = make("span", { className: "xd-clock" });
    const tick = () => { clock.textContent = t("elapsed", { m: minutes(), minutes: form().minutes }); };
    const bar = () => {
      tick();
      const done = model.get("answered").length;
      return make("div", { className: "xd-bar" },
        make("strong", { id: "xd-title", tabIndex: -1, textContent: title() }),
        make("span", { textContent: model.get("candidate"), title: t("candidate") }),
        make("span", { className: "xd-progress", textContent: t("progress", { done, all: form().items }) }),
        clock, languages());
    };
    const draw = () => {
      const state = model.get("state"), focused = root.contains(document.activeElement);
      const started = root.dataset.state === "waiting" && state === "open";
      redrawn(root, model, state === "waiting" ? start() : bar());
      if (started && focused) byId(root, "xd-title").focus(); // the next Tab leads on to the first question
    };
    for (const trait of ["state", "lang", "answered", "candidate"]) model.on(`change:${trait}`, draw);
    model.on("change:elapsed", () => { born = performance.now(); tick(); });
    model.on("msg:custom", (message) => { if (message.type === "refused") { why = message.why; draw(); } });
    const timer = setInterval(tick, 15000);
    draw();
    return () => clearInterval(timer);
  },
};
