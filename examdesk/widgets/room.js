// When an exam may be started: the times, the countdown, the start code. The kernel decides; this only shows.
const roomOf = (model, t, changed) => {
  let heard = performance.now(), was = "", typed = "";
  const told = () => model.get("opening");
  const until = (name) => (name in told() ? told()[name] - (performance.now() - heard) / 1000 : null);
  const phase = () => (until("opens") > 0 ? "early" : until("closes") !== null && until("closes") <= 0 ? "shut" : "open");

  const inWords = (date, form) => date.toLocaleString(model.get("lang") === "zh" ? "zh-CN" : "en-GB", { hourCycle: "h23", ...form });
  const clockOf = (date) => inWords(date, { hour: "2-digit", minute: "2-digit" });
  const dayOf = (date) => inWords(date, { month: "long", day: "numeric", weekday: "short" });
  const zone = (date) => new Intl.DateTimeFormat("en", { timeZoneName: "short" }).formatToParts(date)
    .find((part) => part.type === "timeZoneName").value;
  const times = () => {
    const { opens_at: from, closes_at: to, later = 0 } = told();
    if (!from && !to) return null;
    const open = from && new Date(from), shut = to && new Date(Date.parse(to) + 1000 * later);
    const full = (date) => `${dayOf(date)} ${clockOf(date)}`;
    const end = shut && (open && dayOf(open) === dayOf(shut) ? clockOf(shut) : full(shut));
    return make("p", { className: "xd-opening", textContent: t(open && shut ? "room_from_to" : open ? "room_from" : "room_to",
      { from: open && full(open), to: end, zone: zone(open || shut) }) });
  };
  const wait = make("p", { className: "xd-wait", role: "timer" });
  const clock = make("p", { className: "xd-hint" });
  const count = () => {
    const left = until("opens"), early = left > 0;
    const text = early ? t("room_wait", { time: spanOf(t, left > 300 ? 60 * Math.ceil(left / 60) : Math.ceil(left)) }) : "";
    if (wait.textContent !== text) wait.textContent = text;
    const now = early ? t("room_clock", { now: clockOf(new Date()) }) : "";
    if (clock.textContent !== now) clock.textContent = now;
    wait.hidden = clock.hidden = !early;
    const before = was;
    was = phase();
    if (before && before !== was) changed(before, was);
  };
  const codeField = () => {
    if (!told().code) return null;
    const field = make("input", { type: "text", id: "xd-start-code", value: typed, autocomplete: "off", spellcheck: false,
      maxLength: 40, "aria-describedby": "xd-start-code-hint", oninput: () => { typed = field.value; } });
    return make("p", { className: "xd-field" }, make("label", { htmlFor: field.id, textContent: t("start_code") }), field,
      make("small", { id: "xd-start-code-hint", textContent: t("start_code_hint") }));
  };
  const shut = () => (phase() === "shut" ? make("p", { className: "xd-status xd-unsaved", textContent: t("room_shut") }) : null);
  // What a start sends: the candidate alone, or with the code.
  const asked = (candidate) => (told().code ? { candidate, code: typed } : candidate);
  const drawn = () => [JSON.stringify([told().opens_at, told().closes_at, told().later, told().code]), model.get("lang")].join();
  let last = drawn();
  model.on("change:opening", () => {
    heard = performance.now();
    if (drawn() !== last) { last = drawn(); changed(was, phase()); }
    count();
  });
  return { times, codeField, shut, count, asked, lines: [wait, clock], isOpen: () => phase() === "open",
    needsCode: () => Boolean(told().code) && !typed.trim() };
};
