// The slider over the record: while it moves the page is fetched for that position and its pictures are exchanged.
let underWay = null;

const exchanged = (mine, theirs) => exchanging(mine, () => { mine.replaceWith(document.adoptNode(theirs)); return theirs; });
const exchange = (fresh) => {
  for (const place of ["main .lead", "#rails-head", "main .rails", "#at-position", "main .two", "main .chain", ".head .stamps"]) {
    const [mine, theirs] = [document.querySelector(place), fresh.querySelector(place)];
    if (mine && theirs) exchanged(mine, theirs);
  }
  sayAtRest(() => document.querySelector("h1").textContent.trim());
  document.body.className = fresh.body.className;
  const [mine, theirs] = [document.querySelector(".past-band"), fresh.querySelector(".past-band")];
  if (mine && theirs) mine.replaceWith(document.adoptNode(theirs));
  else if (theirs) document.querySelector(".head").after(document.adoptNode(theirs));
  else if (mine) mine.remove();
};

const show = async (address) => {
  underWay?.abort();
  underWay = new AbortController();
  try {
    const answer = await fetch(address, { signal: underWay.signal });
    if (!answer.ok) return;
    exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
    history.replaceState(null, "", address);
  } catch (fault) {
    if (fault.name !== "AbortError") throw fault;
  }
};

const form = document.getElementById("moments");
const slider = form?.elements.namedItem("position");
const days = document.querySelector(".moments [name=known_at]");
for (const button of document.querySelectorAll(".without-script")) button.remove();
slider?.addEventListener("input", () => {
  days.value = "";
  document.getElementById("at-position").value = `#${slider.value}`;
  const query = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  show(`/audit?${query}`);
});

// Work under way is looked at again until it has ended; the page as it then is says what came of it.
const look = async () => {
  const place = document.querySelector(".chain[data-working]");
  if (!place) return;
  const answer = await fetch(location.href);
  if (answer.ok) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".chain");
    if (fresh && fresh.innerHTML !== place.innerHTML) exchanged(place, fresh);
  }
  setTimeout(look, 1500);
};
setTimeout(look, 1000);
