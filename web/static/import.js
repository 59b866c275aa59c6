// The form works without this: it lets a file be dropped onto it and shows how much of it has been sent.
const form = document.getElementById("drop");
const field = form.elements.namedItem("file");
const outlines = form.elements.namedItem("areas");
const sending = document.getElementById("sending");

for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
form.addEventListener("drop", (event) => {
  event.preventDefault();
  for (const file of event.dataTransfer.files) {
    const one = new DataTransfer();
    one.items.add(file);
    (/\.(geo)?json$/i.test(file.name) ? outlines : field).files = one.files;
  }
  if (field.files.length) form.requestSubmit();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const bar = sending.querySelector("progress");
  const call = new XMLHttpRequest();
  call.open("POST", form.action);
  call.upload.addEventListener("progress", (news) => { if (news.lengthComputable) bar.value = news.loaded / news.total; });
  call.upload.addEventListener("load", () => bar.removeAttribute("value"));
  call.addEventListener("load", () => {
    if (new URL(call.responseURL).pathname !== new URL(form.action).pathname) location.assign(call.responseURL);
    else form.submit();  // it was refused: let the browser show the page that says why
  });
  call.addEventListener("error", () => form.submit());
  sending.hidden = false;
  call.send(new FormData(form));
});
