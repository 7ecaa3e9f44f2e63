// The start page, then one quiet bar: exam, candidate, progress, time left, language; behind the progress every question.
const LABELS = { zh: "中文", en: "English" };
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,39}$/;
const ASK_MS = 60000, AGAIN_MS = 3000, SETTLE_MS = 20000, SHOWN_MS = 12000;

// Whether this browser has what the panels use.
const browserGood = () => {
  try { sessionStorage.setItem("examdesk", "1"); sessionStorage.removeItem("examdesk"); } catch { return false; }
  return CSS.supports("selector(:has(*))") && "replaceChildren" in document.body && "at" in Array.prototype;
};

export default {
  render({ model, el }) {
    const root = housed(el, "xd-frame"), t = words(model);
    const live = { polite: make("p", { className: "xd-live", role: "status" }), alert: make("p", { className: "xd-live", role: "alert" }) };
    el.append(live.polite, live.alert); // beside the panel, which is drawn anew
    const form = () => model.get("form"), state = () => model.get("state"), clock = () => model.get("clock");
    const title = () => inLanguage(model, form().title);
    const say = (text, how = "polite") => {
      live[how].textContent = text;
      live[how].lang = root.lang;
      clearTimeout(live.timer);
      if (how === "polite") live.timer = setTimeout(() => { live.polite.textContent = ""; }, SHOWN_MS);
    };
    const room = roomOf(model, t, (before, now) => {
      if (state() !== "waiting") return;
      draw();
      if (before === "early" && now === "open") say(t("room_open"));
    });
    let typed = model.get("candidate"), digits = "", sure = false, why = "", listed = false, codeWhy = "";

    const languages = () => make("div", { className: "xd-languages", role: "group", "aria-label": t("language") },
      ...form().languages.map((code) => make("button", {
        type: "button", id: `xd-lang-${code}`, lang: code === "zh" ? "zh-CN" : code, textContent: LABELS[code] ?? code,
        "aria-pressed": String(code === model.get("lang")),
        onclick: () => model.send({ type: "language", value: code }),
      })));

    // Extra time: informs this page; the grader goes by the roster.
    const codeField = () => {
      const fault = make("p", { className: "xd-status xd-unsaved", role: "alert", id: "xd-code-fault", textContent: codeWhy });
      const use = () => {
        codeWhy = fault.textContent = state() === "waiting" && !ID.test(typed) ? t("code_first") : "";
        if (!codeWhy) model.send({ type: "code", value: { code: digits, candidate: typed } });
      };
      const field = make("input", { type: "text", id: "xd-code", value: digits, inputMode: "numeric", autocomplete: "off",
        maxLength: 12, "aria-describedby": "xd-code-hint", oninput: () => { digits = field.value.normalize("NFKC").trim(); },
        onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); if (!composing(event)) use(); } } });
      return make("details", { className: "xd-code-box", open: Boolean(digits || codeWhy) },
        make("summary", { id: "xd-code-open", textContent: t("code_open") }),
        make("p", { className: "xd-field" }, make("label", { htmlFor: field.id, textContent: t("code") }), field,
          make("button", { type: "button", id: "xd-code-use", textContent: t("code_use"), onclick: use }),
          make("small", { id: "xd-code-hint", textContent: t("code_hint") })), fault);
    };
    const lasting = () => {
      const time = spanOf(t, clock().exam);
      return model.get("extra") ? t("with_extra", { time }) : time;
    };
    const sections = () => form().sections.map((section) => make("li", { textContent: t(
      section.minutes ? "section_time_own" : "section_time", { title: inLanguage(model, section.title),
        range: [...new Set([section.items[0], section.items.at(-1)])].join("–"), time: spanOf(t, 60 * section.minutes * clock().exam / form().seconds) }) }));
    const device = () => {
      const faults = [...model.get("device"), ...(browserGood() ? [] : ["browser"])];
      return faults.length
        ? make("div", { role: "alert" }, make("ul", { className: "xd-device" }, ...faults.map((fault) => make("li", { textContent: t(`device_${fault}`) }))))
        : make("p", { className: "xd-hint xd-device", textContent: t("device_good") });
    };
    const start = () => {
      const known = model.get("known"), many = form().sections.length > 1;
      const tick = make("input", {
        type: "checkbox", id: "xd-confirm", checked: sure, onchange: () => { sure = tick.checked; },
      });
      const label = make("span", { textContent: t("candidate_confirm", { id: typed || "…" }) });
      const name = make("input", {
        type: "text", id: "xd-candidate", value: typed, readOnly: known, autocomplete: "off", spellcheck: false,
        "aria-describedby": "xd-candidate-hint",
        onkeydown: (event) => { if (event.key === "Enter" && composing(event)) event.preventDefault(); },
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
        const unfit = known && !ID.test(typed);
        if (good && room.needsCode()) {
          fault.textContent = why = t("start_code_missing");
          byId(root, "xd-start-code").focus();
          return;
        }
        fault.textContent = why = good ? "" : unfit ? t("login_unfit") : t("candidate_missing");
        if (good) model.send({ type: "start", value: room.asked(typed) }); else (ID.test(typed) ? tick : name).focus();
      };
      return make("form", { className: "xd-start", noValidate: true, onsubmit: go },
        languages(), make("h1", { textContent: title() }),
        make("h2", { textContent: t("start_title") }),
        make("p", { textContent: t(form().practice ? "practice_rules" : "rules", { time: lasting(), items: form().items, points: form().points }) }),
        room.times(),
        many ? make("ul", { className: "xd-sections" }, ...sections()) : null,
        form().one_way ? make("p", { textContent: t("rules_sections", { n: form().sections.length }) }) : null,
        form().pause ? make("p", { textContent: t("rules_pause", { time: spanOf(t, clock().pause) }) }) : null,
        device(),
        make("p", { className: "xd-field" }, make("label", { htmlFor: name.id, textContent: t("candidate") }), name,
          make("small", { id: "xd-candidate-hint", textContent: model.get("known") ? "" : t("candidate_hint") })),
        make("p", {}, make("label", { className: "xd-option" }, tick, label)),
        form().practice ? null : codeField(), room.codeField(), room.shut(), ...room.lines,
        make("button", { type: "submit", className: "xd-primary", id: "xd-start", textContent: t("start"), disabled: !room.isOpen() }), fault);
    };

    // The time left: counted in the kernel, shown here between two messages of it.
    let heard = performance.now(), allowed = clock().allowed, before = null, asked = performance.now(), calm = 0, ending = 0;
    const running = () => ["open", "ending"].includes(state()) || (state() === "paused" && !pauseLeft());
    const pauseLeft = () => Math.max(0, (clock().pause ?? 0) - (performance.now() - heard) / 1000);
    const roomLeft = () => (clock().room ?? Infinity) - (performance.now() - heard) / 1000; // it closes in a pause, too
    const left = () => clock().left - (running() ? (performance.now() - heard) / 1000 : 0);
    const ask = (type, wait) => {
      if (performance.now() - asked < wait) return;
      asked = performance.now();
      try { model.send({ type, value: null }); } catch { /* the page is looking for a kernel */ }
    };
    const hiding = () => `${model.get("store")}/clock`;
    const hidden = () => { try { return sessionStorage.getItem(hiding()) === "hidden"; } catch { return false; } };
    const dial = make("span", { className: "xd-clock", role: "timer" });
    const pauseHint = make("p", {});
    const shown = (seconds) => {
      const up = Math.ceil(Math.max(0, seconds));
      return up > 300 ? spanOf(t, 60 * Math.ceil(up / 60)) : `${Math.floor(up / 60)}:${String(up % 60).padStart(2, "0")}`;
    };
    const announce = (now) => {
      const marks = clock().marks, passed = before === null ? [] : marks.filter((mark) => before > mark && now <= mark);
      before = now;
      if (!passed.length || now <= 0) return;
      const mark = Math.min(...passed), time = spanOf(t, mark - now < 2 ? mark : now);
      const last = mark <= 60 && mark === Math.min(...marks);
      const half = mark === marks[0] && !last;
      const key = last ? (clock().of === "section" && !isLast() ? "announce_last_section" : "announce_last") : half ? "announce_half" : "announce";
      say(t(key, { time }), last ? "alert" : "polite");
    };
    const over = () => {
      const active = document.activeElement;
      if (pageOf(root).contains(active) && active.closest(".xd-question")) active.blur(); // a reply sends what was typed
      if (live.alert.textContent !== t("time_over")) say(t("time_over"), "alert");
      ask("time", AGAIN_MS);
    };
    // The last answers are on their way: the end waits for them, but not for ever.
    const settle = () => {
      ending ||= performance.now();
      const here = pageOf(root).querySelectorAll(".xd-question").length >= form().items;
      calm = here && !unsavedIn(root).length ? calm + 1 : 0;
      if (calm > 1 || performance.now() - ending > SETTLE_MS) ask("end", AGAIN_MS);
    };
    const tick = () => {
      if (state() === "waiting") { room.count(); if (!room.isOpen()) ask("time", ASK_MS); }
      if (form().practice || !["open", "paused", "ending"].includes(state())) return;
      const now = left();
      const text = hidden() ? "" : t(clock().of === "section" && !isLast() ? "left_section" : "left", { time: shown(now) });
      if (dial.textContent !== text) dial.textContent = text;
      dial.classList.toggle("xd-short", now <= 60);
      if (state() === "paused") {
        pauseHint.textContent = pauseLeft() ? t("paused_hint", { time: spanOf(t, pauseLeft()) }) : t("paused_out");
        if (!pauseLeft() || roomLeft() <= 0) ask("time", roomLeft() <= 0 ? AGAIN_MS : ASK_MS);
      } else {
        announce(now);
        if (state() === "ending") settle(); else if (now <= 0) over(); else ask("time", ASK_MS);
      }
    };

    // Where every question is.
    const place = () => form().sections.findIndex((section) => section.id === model.get("section"));
    const isLast = () => !form().one_way || place() === form().sections.length - 1;
    const entry = (n) => {
      const done = model.get("answered").includes(n), flagged = model.get("flagged").includes(n);
      const named = [t("question", { n }), t(done ? "answered" : "blank"), ...(flagged ? [t("flagged")] : [])];
      return make("button", { type: "button", id: `xd-nav-${n}`, className: "xd-jump xd-entry", textContent: n,
        "aria-label": named.join(", "), "data-done": done ? "" : null, "data-flagged": flagged ? "" : null,
        onclick: () => { listed = false; draw(); goTo(root, n); } });
    };
    const moved = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const all = [...event.currentTarget.querySelectorAll("button.xd-entry")], at = all.indexOf(document.activeElement);
      if (event.key === "Escape") { listed = false; draw(); byId(root, "xd-nav").focus(); }
      if (!step || at < 0) return;
      event.preventDefault();
      all[(at + step + all.length) % all.length].focus();
    };
    const list = () => make("nav", { className: "xd-nav", "aria-label": t("navigator"), onkeydown: moved },
      ...form().sections.filter((section) => !form().one_way || section.id === model.get("section")).map((section) =>
        make("div", { className: "xd-nav-part", role: "group", "aria-label": inLanguage(model, section.title) },
          form().sections.length > 1 ? make("span", { className: "xd-hint", textContent: inLanguage(model, section.title) }) : null,
          ...section.items.map(entry))),
      make("p", { className: "xd-hint xd-legend" }, ...[["done", "answered"], ["", "blank"], ["flagged", "flagged"]].flatMap(([mark, key]) => [
        make("span", { className: "xd-entry", "aria-hidden": "true", [`data-${mark || "none"}`]: "" }), `${t(key)} `])),
      form().practice ? null : codeField());
    // In the place of the time: a practice has none.
    let clearing = false;
    const practising = () => make("span", { className: "xd-time" },
      make("strong", { className: "xd-badge", textContent: t("practice") }),
      make("button", { type: "button", id: "xd-over", className: "xd-quiet", textContent: t(clearing ? "practice_over_sure" : "practice_over"),
        onclick: () => { if (clearing) model.send({ type: "again", value: null }); clearing = !clearing; draw(); } }));
    const bar = () => {
      const done = model.get("answered").length, closed = state() === "closed", code = model.get("witness");
      const progress = make("button", { type: "button", id: "xd-nav", className: "xd-progress", "aria-expanded": String(listed),
        textContent: t("progress", { done, all: form().items }), onclick: () => { listed = !listed; draw(); } });
      const hide = make("button", { type: "button", id: "xd-clock-hide", className: "xd-quiet", textContent: t(hidden() ? "clock_show" : "clock_hide"),
        onclick: () => { try { sessionStorage.setItem(hiding(), hidden() ? "shown" : "hidden"); } catch { /* private mode */ } draw(); } });
      const pause = make("button", { type: "button", id: "xd-pause", textContent: t("pause"), onclick: () => {
        const unsaved = unsavedIn(root);
        if (unsaved.length) say(t("section_unsaved", { list: unsaved.join(", ") }), "alert"); else model.send({ type: "pause", value: null });
      } });
      return [make("div", { className: "xd-bar" },
        make("strong", { id: "xd-title", tabIndex: -1, textContent: title() }),
        make("span", { textContent: model.get("candidate"), title: t("candidate") }),
        form().one_way && !closed ? make("span", { className: "xd-part", textContent: t("section_of",
          { n: place() + 1, all: form().sections.length, title: inLanguage(model, form().sections[place()].title) }) }) : null,
        progress, form().practice ? practising() : closed ? make("span", { className: "xd-ended", textContent: t("witness", { code }) }) : make("span", { className: "xd-time" }, dial, hide),
        form().pause && state() === "open" && pauseLeft() ? pause : null, languages()),
      closed ? reviewLink(root, model, "xd-review-top") : null, listed ? list() : null];
    };
    const paused = () => make("section", { className: "xd-start xd-paused", "aria-label": t("paused") },
      make("h2", { textContent: t("paused") }), pauseHint,
      make("button", { type: "button", className: "xd-primary", id: "xd-resume", textContent: t("resume"),
        onclick: () => model.send({ type: "resume", value: null }) }));

    const draw = () => {
      const now = state(), focused = root.contains(document.activeElement);
      const was = root.dataset.state;
      redrawn(root, model, ...(now === "waiting" ? [start()] : [...bar(), now === "paused" ? paused() : null]).filter(Boolean));
      tick();
      if (was === "waiting" && now === "open" && focused) byId(root, "xd-title").focus(); // Tab leads on to the first question
      if (was === "open" && now === "paused" && focused) byId(root, "xd-resume").focus();
      if (was === "paused" && now === "open" && focused) byId(root, "xd-title").focus();
    };
    const changed = () => {
      const was = root.dataset.state, now = state();
      ending = calm = 0;
      if (now === "ending") asked -= AGAIN_MS;
      if (was === "ending" && now === "open") say("", "alert");
      draw();
      if (now === "closed" && was && was !== "closed") {
        say(model.get("by_time") ? t("time_closed", { code: model.get("witness") }) : "", "alert");
      }
    };
    for (const trait of ["lang", "answered", "flagged", "candidate", "feedback"]) model.on(`change:${trait}`, draw);
    model.on("change:state", changed);
    model.on("change:clock", () => {
      heard = performance.now();
      if (allowed !== clock().allowed) before = null; // another time altogether: what it passed is no news
      allowed = clock().allowed;
      tick();
    });
    model.on("change:section", () => {
      before = null;
      draw();
      if (place() < 1 || state() === "closed") return;
      say(t("section_now", { n: place() + 1, title: inLanguage(model, form().sections[place()].title) }));
      byId(root, "xd-title")?.focus({ preventScroll: true });
      setTimeout(() => { for (let node = root; node; node = node.parentElement) node.scrollTop = 0; }, 50); // once the questions stand
    });
    model.on("change:extra", () => {
      [digits, codeWhy] = ["", ""];
      draw();
      if (model.get("extra")) say(state() === "waiting" ? t("code_start", { time: spanOf(t, clock().exam) }) : t("code_good", { time: spanOf(t, left()) }));
    });
    model.on("msg:custom", (message) => {
      if (message.type !== "refused") return;
      if (message.what === "code") codeWhy = message.why;
      else if (state() === "waiting") why = message.why;
      else say(message.why, "alert");
      draw();
    });
    const seen = () => { if (document.visibilityState === "visible") ask("time", AGAIN_MS); };
    const timer = setInterval(tick, 1000);
    document.addEventListener("visibilitychange", seen);
    draw();
    return () => { clearInterval(timer); document.removeEventListener("visibilitychange", seen); };
  },
};
