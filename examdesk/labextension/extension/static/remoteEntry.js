// Opens an exam notebook as an exam: runs it, hides the code, keeps Lab's shortcuts away from the questions, and brings
// everything back when the kernel is lost. A hand-written federated container, with no build step; the same file serves
// JupyterLab and Notebook 7. The words of its notices stand here because no kernel can send them.
(() => {
  const HERE = new URL(".", document.currentScript.src).href;
  const OPEN = "from examdesk import open_exam\nexam = open_exam()";
  const OURS = [/^exam\.show\("[A-Za-z0-9_-]+"\)$/, /^exam\.finish\(\)$/];
  // What an exam on a page of its own (/doc/tree) has no use for; each costs its start at the server and in the browser.
  const IDLE = {
    application: ["commands", "context-menu", "dirty", "faviconbusy", "logo", "mimedocument", "move-widget", "notfound",
      "property-inspector", "top-bar"],
    apputils: ["announcements", "kernel-status", "kernels-settings", "licenses-client", "licenses-plugin", "move-sections",
      "movable-section-registry", "notification", "palette", "palette-restorer", "print", "resolver", "running-sessions-status",
      "splash", "state", "subshell-settings", "themes-palette-menu", "toggle-header", "utilityCommands", "workspaces"],
    codemirror: ["binding", "commands", "line-col-status"],
    docmanager: ["contexts", "download", "open-browser-tab", "path-status", "recents", "saving-status"],
    hub: ["menu"],
    notebook: ["active-cell-tool", "cell-counter-status", "cloned-outputs", "code-console", "completer", "copy-output",
      "cursor-position", "execution-indicator", "export", "kernel-status", "language-server", "log-output",
      "metadata-editor", "mode-status", "open-with-no-kernel", "search", "toc", "tools", "trust-status", "update-raw-mimetype"],
    translation: ["plugin"],
  };
  const IDLE_EXTENSIONS = ["audio", "cell-toolbar", "celltags", "completer", "console", "csvviewer", "debugger",
    "documentsearch", "extensionmanager", "filebrowser", "fileeditor", "help", "htmlviewer", "imageviewer", "inspector",
    "javascript", "json", "json-lines", "launcher", "logconsole", "lsp", "mainmenu", "markdownviewer", "mathjax", "mermaid",
    "metadataform", "pdf", "pluginmanager", "running", "settingeditor", "shortcuts", "statusbar", "terminal",
    "theme-dark-high-contrast", "toc", "tooltip", "vega5", "video", "workspaces"];
  const NEEDED = ["examdesk", "anywidget", "@jupyter-widgets/jupyterlab-manager"];
  const LATE_MS = 20_000, HOLD_MS = 2000;
  const DOWN = ["restarting", "autorestarting", "dead", "terminating"];
  const PYTHON = /\.(py|pyc|pyd|so)$/i;
  const WORDS = {
    opening: ["正在打开考试……", "Opening the exam …"],
    late: ["打开得比平时慢。如果一直没有打开，请重新加载本页；已保存的答案都在。",
      "This takes longer than usual. If nothing appears, reload this page; saved answers are kept."],
    down: [
      "正在恢复考试，请稍候。您的答案都在，请不要关闭本页。",
      "Bringing the exam back. Your answers are kept; leave this page open.",
    ],
    failed: [
      "考试未能启动，请告诉老师。已保存的答案都在。",
      "The exam could not start. Tell your teacher; saved answers are kept.",
    ],
    damaged: [
      "考试文件与发布时不一致，没有自动启动。请重新获取试卷；您的答案都在。不一致的部分：",
      "The exam has not started by itself: it is not as it was released. Fetch it again; your answers are kept. What differs:",
    ],
    strange: [
      "为安全起见，考试没有自动启动：文件夹里还有程序文件：",
      "For safety the exam has not started by itself: the folder also holds program files:",
    ],
  };
  const warn = (fault) => console.warn("examdesk:", fault);
  let begin, begun = false, alone = false;
  const scope = new Promise((given) => { begin = given; }); // the modules Lab shares

  // The newest version in Lab's shared scope, compared as numbers: 4.10 is after 4.9.
  const newest = (versions) => versions.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  const shared = async (name) => {
    const versions = (await scope)[name];
    return (await versions[newest(Object.keys(versions))].get())();
  };

  // Opening a notebook must not run a stranger's code. So an exam runs by itself only when it asks for it in its
  // metadata and every code cell is, letter for letter, one of the three the build writes.
  const isExam = (model) => {
    if (!model?.getMetadata("examdesk")?.autorun) return false;
    const source = (cell) => cell.sharedModel.getSource().trim();
    const code = [...model.cells].filter((cell) => cell.type === "code").map(source);
    return code.length > 1 && code.every((text) => text === OPEN || OURS.some((pattern) => pattern.test(text)));
  };

  // The names of the locked cells that are not as nbgrader released them.
  const differing = async (model) => {
    const { isAsReleased } = await import(`${HERE}checksum.js`);
    const cells = [...model.cells].map((cell) => ({
      cell_type: cell.type, source: cell.sharedModel.getSource(), metadata: { nbgrader: cell.getMetadata("nbgrader") },
    }));
    return cells.filter((cell) => !isAsReleased(cell)).map((cell) => cell.metadata.nbgrader.grade_id);
  };

  // A Python file beside the notebook could call itself `examdesk` or `json`, and our harmless cells would run it.
  const strangers = async (contents, folder) => {
    const programs = async (path) => (await contents.get(path, { content: true })).content
      .filter((file) => PYTHON.test(file.name) || file.type === "directory");
    const here = await programs(folder);
    const folders = here.filter((file) => file.type === "directory");
    const below = (await Promise.all(folders.map((file) => programs(file.path)))).flat();
    return [...here, ...below.filter((file) => file.name.startsWith("__init__."))]
      .filter((file) => file.type !== "directory").map((file) => file.path.split("/").at(-1));
  };

  const style = () => {
    const href = `${HERE}style.css`;
    if (document.querySelector(`link[href="${href}"]`)) return;
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
  };

  const notice = (parent, className) => {
    const node = document.createElement("div");
    node.className = className;
    node.setAttribute("role", "status");
    node.hidden = true;
    parent.append(node);
    return (words, detail = "") => {
      node.hidden = !words;
      node.replaceChildren(...(words ?? []).map((text, i) => Object.assign(document.createElement("p"),
        { lang: i ? "en" : "zh-CN", textContent: `${text} ${detail}` })));
    };
  };

  // Stands on a page of its own until the exam does; Lab's own picture of planets is in nobody's language.
  let opened = () => {};
  const announce = () => {
    const tell = notice(document.body, "exam-opening");
    tell(WORDS.opening);
    const late = setTimeout(tell, LATE_MS, WORDS.late);
    opened = () => { clearTimeout(late); tell(null); };
  };

  // Without code, prompts and toolbar; see style.css.
  const bare = (panel, is) => {
    panel.toggleClass("exam-mode", is);
    panel.toolbar.setHidden(is);
  };

  const dress = (panel) => {
    // All questions stay in the page, so that Tab reaches the next one.
    panel.content.notebookConfig = { ...panel.content.notebookConfig, windowingMode: "none" };
    for (const cell of panel.content.widgets) {
      cell.node.removeAttribute("tabindex"); // Tab goes from control to control, and nobody hears "Code Cell Content"
      cell.node.removeAttribute("aria-label");
      if (cell.model.getMetadata("nbgrader")?.task) cell.addClass("exam-hidden");
      if (cell.model.sharedModel.getSource().trim() === OPEN) cell.addClass("exam-frame");
    }
    // b would insert a cell, "d d" delete a question, an arrow leave it. Bubble phase: the controls get their key first.
    panel.content.node.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") event.preventDefault();
    });
    // Notebook 7 looks at keys before they come here, but not at those of an element that says so itself.
    const own = (element) => element.setAttribute("data-lm-suppress-shortcuts", "true");
    own(panel.content.node);
    panel.content.node.addEventListener("focusin", (event) => own(event.target));
    panel.content.node.addEventListener("contextmenu", (event) => event.stopPropagation());
    // Nothing in the notebook is worth saving, answers are in the journal: it stays as it was released.
    const model = panel.context.model;
    model.stateChanged.connect(() => { if (model.dirty) model.dirty = false; });
  };

  // Runs everything and leaves the reader where she was: same scroll position, same focused control.
  const runAll = async (panel, actions) => {
    const content = panel.content, top = content.outerNode ?? content.node;
    const at = top.scrollTop, focused = content.node.contains(document.activeElement) ? document.activeElement.id : "";
    for (const cell of content.widgets) cell.node.style.minHeight = `${cell.node.offsetHeight}px`;
    const good = await actions.runAll(content, panel.sessionContext);
    if (good) await drawn(content.node);
    for (const cell of content.widgets) cell.node.style.minHeight = "";
    top.scrollTop = at;
    if (focused) content.node.querySelector(`[id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    return good;
  };

  // Resolves when every question has appeared, at the latest after ten seconds.
  const drawn = (node) => new Promise((done) => {
    const born = performance.now();
    const look = () => {
      const outputs = [...node.querySelectorAll(".jp-CodeCell .jp-OutputArea-output")];
      if (outputs.every((output) => output.querySelector("[data-xd]")) || performance.now() - born > 10000) done(); else setTimeout(look, 50);
    };
    look();
  });

  // How the exam in a folder is submitted after the hand-in: see submit.js.
  const submission = async (app, folder) => {
    const [{ submitter }, { ServerConnection }, { PageConfig }] = await Promise.all(
      [import(`${HERE}submit.js`), shared("@jupyterlab/services"), shared("@jupyterlab/coreutils")]);
    const settings = app.serviceManager.serverSettings;
    const request = (path, init) => ServerConnection.makeRequest(`${settings.baseUrl}${path}`, init, settings);
    return submitter({ request, folder: app.serviceManager.contents.localPath(folder), hub: Boolean(PageConfig.getOption("hubUser")) });
  };

  const sit = async (app, panel, actions) => {
    bare(panel, alone); // what is not seen need not be drawn
    await panel.context.ready;
    if (!isExam(panel.content.model)) { bare(panel, false); return; }
    const tell = notice(panel.node, "exam-banner"), session = panel.sessionContext, node = panel.content.node;
    const folder = panel.context.path.split("/").slice(0, -1).join("/");
    const [strange, damaged] = await Promise.all(
      [strangers(app.serviceManager.contents, folder), differing(panel.content.model), panel.revealed]);
    bare(panel, !damaged.length && !strange.length);
    if (damaged.length) { tell(WORDS.damaged, damaged.join(", ")); return; }
    if (strange.length) { tell(WORDS.strange, strange.join(", ")); return; }
    dress(panel);
    actions.clearAllOutputs(panel.content); // a saved copy would show dead controls
    // Lab's own "Kernel Restarting" box is English and waits for a click; our banner does neither.
    if (panel._onSessionStatusChanged) session.statusChanged.disconnect(panel._onSessionStatusChanged, panel);

    let down = false, running = null;
    const run = (why) => (running ??= (async () => {
      try {
        const good = await runAll(panel, actions);
        tell(good ? null : WORDS.failed);
        node.dataset.examReady = good ? why : "failed";
      } finally { running = null; }
    })());
    const lost = () => { if (!down) { down = true; delete node.dataset.examReady; tell(WORDS.down); } };
    const back = async () => { down = false; await running; await run("restart"); };
    // Whether there is a kernel now that does not know our questions. A busy or restarting one needs only time.
    const revived = async () => {
      const kernel = session.session?.kernel;
      if (!kernel || kernel.isDisposed) { lost(); return !(await session.startKernel()); }
      if (kernel.status === "dead") { lost(); await session.restartKernel(); return true; }
      if (kernel.status !== "idle") return false;
      const { content } = await kernel.requestCommInfo({ target_name: "jupyter.widget" });
      if (Object.keys(content.comms ?? {}).length) return false;
      lost();
      return true;
    };
    let helping = false;
    const help = async () => {
      if (helping || running) return;
      helping = true;
      try { if (await revived()) await back(); } catch (fault) { warn(fault); } finally { helping = false; }
    };
    // A question that gets no answer asks for help: the kernel may be gone for good, or restarted by somebody else.
    node.addEventListener("examdesk-unanswered", help);
    session.statusChanged.connect((_, status) => {
      if (DOWN.includes(status)) lost();
      if (status === "dead") Promise.resolve(running).then(help, help); // the server has given it up
      else if (status === "idle" && down) setTimeout(back, 300);
    });

    // The feedback page of this exam, beside it; on a page of its own (Notebook 7, /doc) the link opens a new one.
    node.addEventListener("examdesk-open", (event) => {
      const path = String(event.detail?.path);
      if (!/^feedback\/[0-9A-Za-z][0-9A-Za-z :._+-]{0,59}\/[A-Za-z0-9_-]{1,80}\.html$/.test(path)) return;
      if (app.name !== "JupyterLab" || app.shell.mode === "single-document") return;
      event.preventDefault();
      app.commands.execute("docmanager:open", { path: folder ? `${folder}/${path}` : path, factory: "HTML Viewer" }).catch(warn);
    });
    node.addEventListener("examdesk-handed-in", async ({ detail }) => {
      try { detail.tell(await (await submission(app, folder))(detail)); } catch (fault) { warn(fault); detail.tell({ how: "failed", why: "" }); }
    });

    await session.ready;
    if (!session.session?.kernel) await session.startKernel();
    await session.session.kernel.info;
    await run("open");
  };

  // The notebook in the address of the page, if there is one: asked for while Lab is still loading.
  const ahead = async (page) => {
    const path = /\/(?:tree|notebooks)\/(.+\.ipynb)$/.exec(location.pathname)?.[1];
    if (!path) return null;
    const cookie = /(?:^|; *)_xsrf=([^;]*)/.exec(document.cookie)?.[1];
    const headers = {
      ...(page.token ? { Authorization: `token ${page.token}` } : {}), ...(cookie ? { "X-XSRFToken": cookie } : {}),
    };
    const ask = async (where, given = {}) => {
      const reply = await fetch(`${page.baseUrl}api/${where}`, { headers, ...given });
      if (!reply.ok) throw new Error(`${where}: ${reply.status}`);
      return reply.json();
    };
    const { content, name } = await ask(`contents/${path}?type=notebook&content=1`);
    if (!content.metadata.examdesk?.autorun) return null;
    const kernel = { name: content.metadata.kernelspec?.name ?? "python3" };
    const body = JSON.stringify({ path: decodeURIComponent(path), name, type: "notebook", kernel });
    return () => ask("sessions", { method: "POST", body });
  };

  // Before Lab starts: the kernel of an exam sets off, and Lab finds it running when it opens the notebook; nothing runs
  // in it before `sit` has looked at the cells. On a page of its own an exam also starts without the idle half of Lab.
  const hasten = async (page) => {
    const startKernel = await ahead(page);
    if (!startKernel) return;
    startKernel().catch(warn);
    if (page.mode !== "single-document") return;
    import(`${HERE}checksum.js`).catch(warn);
    style();
    announce();
    const { PageConfig } = await shared("@jupyterlab/coreutils");
    if (begun) return; // all of Lab is on its way already
    const full = (name) => `@jupyterlab/${name}-extension`;
    const idle = Object.entries(IDLE).flatMap(([name, plugins]) => plugins.map((plugin) => `${full(name)}:${plugin}`));
    PageConfig.Extension.disabled.push(...idle);
    // Lab takes an extension that comes from elsewhere under the name of one of its own instead of that.
    const empty = IDLE_EXTENSIONS.map((name) => ({ name: full(name), extension: "./extension" }));
    for (const { name } of empty) window._JUPYTERLAB[name] = { get: async () => () => ({ __esModule: true, default: [] }) };
    const needed = page.federated_extensions.filter(({ name }) => NEEDED.includes(name));
    PageConfig.setOption("federated_extensions", JSON.stringify([...needed, ...empty]));
    PageConfig.setOption("buildCheck", "false");
    alone = true;
  };

  // Lab asks other windows for its name, then writes down which files are open, each time with half a second of waiting.
  // A page of its own shows the notebook of its address and has nothing to restore.
  const ownPage = async () => {
    const [{ JupyterFrontEnd }, { IWindowResolver }, { IStateDB, StateDB }] = await Promise.all(
      [shared("@jupyterlab/application"), shared("@jupyterlab/apputils"), shared("@jupyterlab/statedb")]);
    return [
      {
        id: "examdesk:opener", autoStart: true, requires: [JupyterFrontEnd.ITreeResolver],
        activate: (app, tree) => {
          tree.paths.then(({ file }) => app.commands.execute("docmanager:open", { path: file, factory: "Notebook" })).catch(warn);
        },
      },
      { id: "examdesk:resolver", autoStart: true, provides: IWindowResolver, activate: () => ({ name: "examdesk" }) },
      { id: "examdesk:state", autoStart: true, provides: IStateDB, activate: () => new StateDB() },
    ];
  };

  const plugins = async () => {
    const { INotebookTracker, NotebookActions } = await shared("@jupyterlab/notebook");
    const exam = {
      id: "examdesk:exam",
      description: "Opens exam notebooks as exams.",
      autoStart: true,
      optional: [INotebookTracker], // Voilà has none
      activate: (app, tracker) => {
        style();
        tracker?.widgetAdded.connect((_, panel) => { sit(app, panel, NotebookActions).catch(warn).finally(() => opened()); });
      },
    };
    return alone ? [exam, ...await ownPage()] : [exam];
  };

  // Lab starts at the page's load event, or never. On a page of its own it hears of the event when we know whether the page
  // is an exam, or after HOLD_MS.
  const hold = (known) => {
    const listen = window.addEventListener;
    const enough = Promise.race([known, new Promise((end) => { setTimeout(end, HOLD_MS); })]).then(() => { begun = true; });
    window.addEventListener = function (type, listener, ...rest) {
      const waits = type === "load" && this === window && typeof listener === "function";
      const held = waits ? (event) => enough.then(() => listener(event)) : listener;
      return listen.call(this, type, held, ...rest);
    };
    enough.then(() => { window.addEventListener = listen; });
  };

  const page = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const known = hasten(page).catch(warn);
  if (page.mode === "single-document") hold(known);
  (window._JUPYTERLAB ??= {}).examdesk = {
    init: (given) => begin(given),
    get: async () => { const made = await plugins(); return () => ({ __esModule: true, default: made }); },
  };
})();
