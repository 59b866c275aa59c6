// The page works without this. Every move asks the server at once, older questions are let go, and only what changed is
// put in: classes of the areas and the parts of the page. While a slider moves, its settings are only passed through;
// where it rests the proof begins. The state is in the address, so that undo is going back.
const bench = document.getElementById("bench");
const form = document.getElementById("settings");
const seat = Math.random().toString(36).slice(2);
const POLL = [80, 150, 300, 500, 800, 1200, 2000];
const REST_MS = 250;
let asking = null;
let timer = 0;
let known = bench.dataset.mark;

const parts = new Map([...document.querySelectorAll("[data-part]")].map((node) => [node.dataset.part, node]));
const areas = document.querySelectorAll("#areas use");
const links = document.querySelectorAll("#areas a");
const differences = document.querySelectorAll("#differences use");
const pinned = document.querySelectorAll("#pinned-areas use");
const pinnedMarks = document.getElementById("pinned-marks");
const marks = document.getElementById("marks");

const sentence = () => [...parts.get("answer").querySelectorAll(".says,.number,.box b,.hindered > :is(h2,p)")]
  .map((one) => one.textContent.trim()).join(" ");
const placed = new Map(); // what was put last where: what stays the same is not put again
const fresh = (where, what) => placed.get(where) !== what && Boolean(placed.set(where, what));
for (const node of [...areas, ...differences, ...pinned]) placed.set(node, node.getAttribute("class"));
const coloured = (nodes, classes) => classes?.forEach((name, number) => { if (fresh(nodes[number], name)) nodes[number]?.setAttribute("class", name); });
const put = (found) => {
  for (const [name, html] of Object.entries(found.parts)) {
    const node = parts.get(name);
    if (!node || node.querySelector("textarea:focus,input:focus") || !fresh(node, html)) continue;
    const open = [...node.querySelectorAll("details")].map((one) => one.open);
    const fields = () => node.querySelectorAll("textarea,input:not([type=hidden])");
    const typed = [...fields()].map((one) => one.value);
    exchanging(node, () => {
      node.innerHTML = html;
      node.querySelectorAll("details").forEach((one, number) => { one.open = open[number] ?? false; });
      fields().forEach((one, number) => { one.value = typed[number] ?? one.value; });
    });
  }
  const shown = found.areas;
  if (shown) {
    coloured(areas, shown.values);
    coloured(differences, shown.differences);
    coloured(pinned, shown.pinned?.values);
    shown.sayings?.forEach((saying, number) => { if (fresh(links[number], saying)) links[number]?.setAttribute("aria-label", saying); });
    if (marks && fresh(marks, shown.marks)) marks.innerHTML = shown.marks;
    if (shown.pinned && pinnedMarks && fresh(pinnedMarks, shown.pinned.marks)) pinnedMarks.innerHTML = shown.pinned.marks;
  }
  sayAtRest(sentence);
  bench.dataset.kind = found.kind;
  bench.classList.remove("stale");
  const undo = document.getElementById("undo");
  if (undo) undo.hidden = !(history.state?.moves > 0);
};

// moves of one control in quick succession are one step to undo
const TOGETHER_MS = 1500;
let last = { by: null, at: 0 };
let stood = location.search;
const remember = (address, by) => {
  const together = by && by === last.by && performance.now() - last.at < TOGETHER_MS;
  const moves = history.state?.moves ?? 0;
  if (together) history.replaceState(history.state, "", address);
  else history.pushState({ moves: moves + 1 }, "", address);
  last = { by, at: performance.now() };
  stood = location.search;
  const undo = document.getElementById("undo");
  if (undo) undo.hidden = false;
};

const ask = async (query, { push = false, by = null, tries = 0, passing = false } = {}) => {
  clearTimeout(timer);
  asking?.abort();
  const own = asking = new AbortController();
  const search = new URLSearchParams(query);
  search.set("seat", seat);
  search.set("lang", document.documentElement.lang.slice(0, 2));
  if (tries) search.set("known", known);
  if (passing) search.set("passing", "1");
  let found = null;
  let again = true;
  try {
    const answer = await fetch(`/workbench/answer?${search}`, { signal: own.signal, headers: { accept: "application/json" } });
    if (answer.status === 200) found = await answer.json();
    else again = answer.status === 204 || answer.status >= 500;
  } catch (fault) {
    if (fault.name === "AbortError") return; // a newer move was made
  }
  if (own !== asking) return;
  if (found?.proof) {
    for (const line of document.querySelectorAll("[data-proof]")) line.textContent = found.proof;
    found = null;
  }
  if (found) {
    if (found.areas && areas.length === 0) { location.replace(found.address); return; }
    known = found.mark;
    again = !found.final;
    put(found);
    if (push && found.address !== location.pathname + location.search) remember(found.address, by);
    bench.dispatchEvent(new CustomEvent("answered", { detail: found.kind }));
  } else if (again && !tries) bench.classList.add("stale");
  // a server that was restarted, or a proof still under way: ask again
  if (again && !passing) timer = setTimeout(() => ask(query, { push, by, tries: tries + 1 }), POLL[Math.min(tries, POLL.length - 1)]);
};

const query = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
let resting = 0;
let passing = false;
let newest = null;
// one question of a moving slider at a time, then the newest: what was passed meanwhile is never asked
const pass = async () => {
  if (passing) return;
  for (passing = true; newest !== null;) {
    const asked = newest;
    newest = null;
    await ask(asked, { passing: true });
  }
  passing = false;
};
const moved = (by) => {
  clearTimeout(resting);
  newest = null;
  ask(query(), { push: true, by });
};
// while a slider moves the address stands still
const moving = (slider) => {
  clearTimeout(resting);
  const rest = () => { if (passing) resting = setTimeout(rest, REST_MS); else moved(slider); }; // the picture first
  resting = setTimeout(rest, REST_MS);
  newest = query();
  pass();
};

const sliderOf = new Map();
for (const slider of form.querySelectorAll("input[type=range]")) {
  const field = document.getElementById(slider.dataset.for);
  sliderOf.set(field, slider);
  slider.disabled = false;
  slider.addEventListener("input", () => { field.value = slider.value; mark(field); moving(slider); });
}
const mark = (field) => {
  const row = field.closest(".setting");
  if (row && field.defaultValue !== undefined) row.classList.toggle("changed", Number(field.value) !== Number(field.dataset.now ?? field.defaultValue));
};
form.addEventListener("change", (event) => {
  if (event.target.type === "range") return;
  const slider = sliderOf.get(event.target);
  if (slider) {
    if (Number(event.target.value) > Number(slider.max)) slider.max = event.target.value;
    slider.value = event.target.value;
    mark(event.target);
  }
  moved();
});
form.addEventListener("submit", (event) => { event.preventDefault(); moved(); });
form.querySelector(".go button").hidden = true;

// going back is undoing; repairs and resets are addresses like any other: the fields are filled by the server
// (a link within the page, such as the skip link, is no undoing)
addEventListener("popstate", () => {
  if (location.search === stood) return;
  sessionStorage.setItem("undone", "1");
  location.reload();
});
document.addEventListener("click", (event) => {
  const unit = event.target.closest?.("#areas a")?.hash;
  if (unit) {
    // its row is in the table of all units
    event.preventDefault();
    if (document.getElementById(unit.slice(1))) location.hash = unit;
    else location.assign(`/workbench?${new URLSearchParams([...new URLSearchParams(location.search), ["all", "1"]])}${unit}`);
  }
  if (event.target.id === "undo" && history.length > 1) { event.preventDefault(); history.back(); }
  if (event.target.matches?.("[data-refresh]")) { event.preventDefault(); ask(location.search); }
});

// a form, a repair or a pin led here from another bench: that is one move, and stays so when the page is loaded again
const before = document.getElementById("undo");
if (history.state === null && before && !before.hidden) history.replaceState({ moves: 1 }, "");
if (before) before.hidden = !(history.state?.moves > 0);
if (sessionStorage.getItem("undone")) {
  sessionStorage.removeItem("undone");
  (document.querySelector("#undo:not([hidden])") ?? document.getElementById("main")).focus();
}
if (!("final" in bench.dataset)) ask(location.search, { tries: 1 });
