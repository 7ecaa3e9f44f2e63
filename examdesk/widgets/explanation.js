// Under a question of a practice. Everything shown is text, never HTML: it holds what a trainee has typed.
export default {
  render({ model, el }) {
    const root = housed(el, "xd-question"), t = words(model);
    root.classList.add("xd-explanation");
    root.removeAttribute("data-xd"); // the page hides a whole cell in which a panel with it is hidden
    const live = make("div", { role: "status", className: "xd-told" }); // stays, so that what changes in it is read out
    const buttons = make("p", { className: "xd-foot" });
    const heading = make("h4", { className: "xd-about" });
    root.append(heading, live, buttons);

    const button = (key, label = t(key)) => make("button", {
      type: "button", id: `xd-${key}-${model.get("item")}`, className: key === "check" ? "xd-primary" : "",
      textContent: t(key), "aria-label": label === t(key) ? `${t(key)}: ${t("about", { n: model.get("number") })}` : label,
      onclick: () => model.send({ type: key }),
    });
    const listed = (key, lines) => (lines.length
      ? [make("h5", { textContent: t(key) }), make("ul", {}, ...lines.map((line) => make("li", { textContent: line })))] : []);
    const parts = (rows) => (rows.length ? make("table", { className: "xd-table" }, make("tbody", {}, ...rows.map((row) =>
      make("tr", {}, make("th", { scope: "row", textContent: row.name }),
        make("td", { textContent: `${row.points} / ${row.out_of}` }))))) : null);
    // Of a chat: every point that was lost, with its turn and a better one.
    const lost = (rows) => (rows.length ? [make("h5", { textContent: t("lost") }), make("ul", { className: "xd-lost" }, ...rows.map((row) =>
      make("li", {}, make("strong", { textContent: row.turn ? t("turn", { n: row.turn }) : t("no_turn") }),
        `${row.points ? ` −${row.points}` : ""} ${row.what}`,
        ...[["you_wrote", row.said], ["better", row.better]].filter(([, words]) => words).map(([key, words]) =>
          make("p", { className: `xd-${key}` }, `${t(key)} `, make("q", { textContent: words })))))) ] : []);
    const said = (told) => [
      make("p", { className: "xd-verdict", "data-verdict": told.state },
        make("strong", { textContent: t(told.state) }),
        ["full", "part", "none"].includes(told.state) ? ` · ${t("points", told)}` : ""),
      ...(told.state === "unmarked" ? listed("your_answer", told.answer) : []),
      parts(told.parts),
      ...listed(told.state === "unmarked" ? "rubric" : "why", told.why),
      ...lost(told.lost ?? []),
      ...listed("example", told.examples),
      ...listed("fact", told.facts),
    ].filter(Boolean);

    const draw = () => {
      const told = model.get("told")[model.get("lang")], focused = root.contains(document.activeElement) ? document.activeElement.id : "";
      root.hidden = model.get("state") !== "open" || !(model.get("ready") || told);
      root.lang = model.get("lang") === "zh" ? "zh-CN" : model.get("lang");
      heading.textContent = told ? t("about", { n: model.get("number") }) : "";
      heading.hidden = !told;
      live.replaceChildren(...(told ? said(told) : []));
      buttons.replaceChildren(...(told
        ? [...(told.state === "unscored" ? [] : [button("again")]), ...(["part", "none"].includes(told.state) ? [button("key")] : [])]
        : [button("check", t("check_n", { n: model.get("number") }))]));
      if (focused) (byId(root, focused) ?? buttons.querySelector("button"))?.focus({ preventScroll: true });
    };
    // After another try the question above is blank again: its first control is where to go on.
    let trying = false;
    buttons.addEventListener("click", (event) => { trying = event.target.id.startsWith("xd-again-"); });
    const seek = (tries) => setTimeout(() => { // until the new panel stands; who has gone elsewhere stays there
      const lost = root.contains(document.activeElement) || !document.activeElement.closest(".xd-question, .xd-frame"); // Lab takes it
      if (lost) goTo(root, model.get("number"));
      if (tries) seek(tries - 1);
    }, 100);
    const changed = () => {
      draw();
      if (trying && !model.get("told")[model.get("lang")]) {
        trying = false;
        seek(20);
      }
    };
    for (const trait of ["lang", "state", "ready"]) model.on(`change:${trait}`, draw);
    model.on("change:told", changed);
    model.on("msg:custom", (message) => {
      if (message.type === "refused") live.replaceChildren(make("p", { className: "xd-status xd-unsaved", textContent: message.why }));
    });
    draw();
  },
};
