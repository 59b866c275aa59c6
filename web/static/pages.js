// The pages work without this. It shows what the map says of a unit where the keyboard's focus or the mouse is, makes a
// map one stop of the Tab key, and lets the focus stay where it was when a part of the page is exchanged.
const bubble = document.createElement("div");
bubble.className = "bubble";
bubble.setAttribute("role", "tooltip");
bubble.hidden = true;
document.body.append(bubble);
const hide = () => { bubble.hidden = true; };
const show = (event) => {
  const host = event.target.closest?.("g.units a");
  const saying = host?.getAttribute("aria-label");
  if (!saying) return;
  bubble.textContent = event.type === "focusin" ? `${saying} ${document.body.dataset.arrows ?? ""}` : saying;
  bubble.hidden = false;
  const at = host.getBoundingClientRect();
  const own = bubble.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), innerWidth - own.width - 8);
  const above = at.top - own.height - 8;
  bubble.style.left = `${Math.max(8, left)}px`;
  bubble.style.top = `${above > 8 ? above : at.bottom + 8}px`;
};
for (const name of ["mouseover", "focusin"]) document.addEventListener(name, show);
for (const name of ["mouseout", "focusout"]) document.addEventListener(name, hide);
document.addEventListener("scroll", hide, true);

// Escape puts away what a clause's chip says until the focus or the mouse moves on, and folds what hangs over the page.
const page = document.documentElement;
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  hide();
  page.classList.add("hushed");
  const over = event.target.closest?.("details.propose[open]");
  if (over) { over.open = false; over.querySelector("summary").focus(); }
});
for (const name of ["mouseover", "focusin"]) document.addEventListener(name, () => page.classList.remove("hushed"));

// The arrow keys lead to the nearest unit that way.
const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const middle = (link) => {
  const box = link.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
};
const drawn = (map) => {
  for (const title of map.querySelectorAll("path > title")) {
    title.closest("a").setAttribute("aria-label", title.textContent);
    title.remove();
  }
  [...map.querySelectorAll("a")].forEach((link, number) => { link.tabIndex = number ? -1 : 0; });
};
document.querySelectorAll("g.units").forEach(drawn);
// listened to from outside: Chromium takes a part of a picture that listens itself for one more stop
document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.("g.units a");
  if (!link) return;
  for (const stop of link.parentNode.querySelectorAll("a[tabindex='0']")) stop.tabIndex = -1;
  link.tabIndex = 0;
});
document.addEventListener("keydown", (event) => {
  const [from, way] = [event.target.closest?.("g.units a"), WAYS[event.key]];
  if (!from || !way) return;
  event.preventDefault();
  const [x, y] = middle(from);
  let [next, least] = [null, Infinity];
  for (const link of from.parentNode.querySelectorAll("a")) {
    const [atX, atY] = middle(link);
    const on = (atX - x) * way[0] + (atY - y) * way[1];
    const aside = Math.abs((atX - x) * way[1] + (atY - y) * way[0]);
    if (on > 0.5 && on + 2 * aside < least) [next, least] = [link, on + 2 * aside];
  }
  next?.focus();
});

// What has the focus keeps it when a part of the page is exchanged: its like has it then, or what stands in its place.
const stops = (node) => [...node.querySelectorAll("a[href],button,input,select,textarea,summary,[tabindex]")];
const named = (one) => one.id || one.getAttribute("href") || one.getAttribute("name") || one.textContent.trim();
globalThis.exchanging = (node, exchange) => {
  const had = document.activeElement;
  const before = stops(node);
  const number = before.indexOf(had);
  const now = exchange() ?? node;
  now.querySelectorAll("g.units").forEach(drawn);
  if (number < 0 || had.isConnected) return;
  const alike = (all) => all.filter((one) => named(one) === named(had));
  const after = stops(now);
  const same = alike(after)[alike(before).indexOf(had)] ?? alike(after)[0] ?? after[Math.min(number, after.length - 1)];
  (same ?? document.getElementById("main")).focus({ preventScroll: true });
};

// What has changed is said once, when moves have come to rest.
const QUIET_MS = 1000;
const said = document.createElement("p");
said.className = "hidden";
said.setAttribute("role", "status");
document.body.append(said);
let resting = 0;
globalThis.sayAtRest = (sentence) => {
  clearTimeout(resting);
  resting = setTimeout(() => { if (said.textContent !== sentence()) said.textContent = sentence(); }, QUIET_MS);
};
