// The demo site's sign-in: what a real site does here is its own. The box asks, and is told the reader's name.

const account = document.querySelector("[data-account]");
const boxes = () => document.querySelectorAll("standards-comment-box");

function renderAccount(name) {
  account.querySelector("[data-signed-out]").hidden = name !== null;
  account.querySelector("[data-signed-in]").hidden = name === null;
  account.querySelector("[data-reader]").textContent = name ?? "";
}

async function send(form) {
  const headers = { Accept: "application/json" };
  const response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const { name } = await response.json();
  renderAccount(name);
  for (const box of boxes()) box.signedIn = name;
}

for (const form of account.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form).catch(() => form.submit()); // then the browser says what is wrong
  });
}

document.addEventListener("standards-sign-in", (event) => {
  event.preventDefault();
  account.querySelector("[data-signed-out]").requestSubmit();
});
document.addEventListener("standards-signed-out", () => renderAccount(null));
