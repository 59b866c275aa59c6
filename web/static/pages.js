// The pages work without this. It shows what the map says of a unit where the keyboard's focus or the mouse is.
const bubble = document.createElement("div");
bubble.className = "bubble";
bubble.setAttribute("role", "tooltip");
bubble.hidden = true;
document.body.append(bubble);
for (const title of document.querySelectorAll(".units path > title")) {
  title.closest("a").setAttribute("aria-label", title.textContent);
  title.remove();
}
const hide = () => { bubble.hidden = true; };
const show = (event) => {
  const host = event.target.closest?.(".units a");
  const saying = host?.getAttribute("aria-label");
  if (!saying) return;
  bubble.textContent = saying;
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
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
