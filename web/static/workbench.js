// The page works without this. Every move asks the server at once, older questions are let go, and only what changed is
// put in: classes of the areas and the parts of the page. The state is in the address, so that undo is going back.
const bench = document.getElementById("bench");
const form = document.getElementById("settings");
const seat = Math.random().toString(36).slice(2);
const POLL = [80, 150, 300, 500, 800, 1200, 2000];
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
const put = (found) => {
  for (const [name, html] of Object.entries(found.parts)) {
    const node = parts.get(name);
    if (!node || node.dataset.html === html || node.querySelector("textarea:focus,input:focus")) continue;
    const open = [...node.querySelectorAll("details")].map((one) => one.open);
    const fields = () => node.querySelectorAll("textarea,input:not([type=hidden])");
    const typed = [...fields()].map((one) => one.value);
    exchanging(node, () => {
      node.innerHTML = html;
      node.querySelectorAll("details").forEach((one, number) => { one.open = open[number] ?? false; });
      fields().forEach((one, number) => { one.value = typed[number] ?? one.value; });
    });
    node.dataset.html = html;
  }
  const shown = found.areas;
  if (shown) {
    shown.values.forEach((name, number) => { if (areas[number]?.getAttribute("class") !== name) areas[number]?.setAttribute("class", name); });
    shown.differences.forEach((name, number) => { if (differences[number]?.getAttribute("class") !== name) differences[number]?.setAttribute("class", name); });
    shown.sayings.forEach((saying, number) => links[number]?.setAttribute("aria-label", saying));
    if (marks) marks.innerHTML = shown.marks;
    shown.pinned?.values.forEach((name, number) => { if (pinned[number]?.getAttribute("class") !== name) pinned[number]?.setAttribute("class", name); });
    if (shown.pinned && pinnedMarks) pinnedMarks.innerHTML = shown.pinned.marks;
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
const remember = (address, by) => {
  const together = by && by === last.by && performance.now() - last.at < TOGETHER_MS;
  const moves = history.state?.moves ?? 0;
  if (together) history.replaceState(history.state, "", address);
  else history.pushState({ moves: moves + 1 }, "", address);
  last = { by, at: performance.now() };
  const undo = document.getElementById("undo");
  if (undo) undo.hidden = false;
};

const ask = async (query, { push = false, by = null, tries = 0 } = {}) => {
  clearTimeout(timer);
  asking?.abort();
  const own = asking = new AbortController();
  const search = new URLSearchParams(query);
  search.set("seat", seat);
  search.set("lang", document.documentElement.lang.slice(0, 2));
  if (tries) search.set("known", known);
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
  if (again) timer = setTimeout(() => ask(query, { push, by, tries: tries + 1 }), POLL[Math.min(tries, POLL.length - 1)]);
};

const query = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
let pushing = 0;
const moved = (done, by) => {
  // while a slider is dragged the address stands still; it moves on when the slider is let go
  clearTimeout(pushing);
  ask(query(), { push: done, by });
};

const sliderOf = new Map();
for (const slider of form.querySelectorAll("input[type=range]")) {
  const field = document.getElementById(slider.dataset.for);
  sliderOf.set(field, slider);
  slider.disabled = false;
  slider.addEventListener("input", () => { field.value = slider.value; mark(field); moved(false); pushing = setTimeout(() => moved(true, slider), 600); });
  slider.addEventListener("change", () => moved(true, slider));
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
  moved(true);
});
form.addEventListener("submit", (event) => { event.preventDefault(); moved(true); });
form.querySelector(".go button").hidden = true;

// going back is undoing; repairs and resets are addresses like any other: the fields are filled by the server
addEventListener("popstate", () => { sessionStorage.setItem("undone", "1"); location.reload(); });
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
