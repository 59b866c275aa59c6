// How far a job is, as its events tell: the page is asked again for its panel, and wholly once the job has ended.
const panel = () => document.getElementById("job");
let busy = false;
let again = false;

const refresh = async () => {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of ["#job-now", "#job-head", "main .lead h1"]) {
      const [mine, theirs] = [document.querySelector(place), fresh.querySelector(place)];
      if (!mine || !theirs) { location.reload(); return; }
      if (mine.innerHTML !== theirs.innerHTML) exchanging(mine, () => { mine.innerHTML = theirs.innerHTML; });
    }
  } finally {
    busy = false;
    if (again) { again = false; setTimeout(refresh, 300); }
  }
};

if (panel()) {
  const source = new EventSource(panel().dataset.events);
  for (const name of ["state", "progress"]) source.addEventListener(name, refresh);
  source.addEventListener("end", () => { source.close(); location.reload(); });
}
