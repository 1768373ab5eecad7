// Sends the form and tells its writer what became of the comment, in place. Works for every example here.

const form = document.querySelector("#comment");
const status = form.querySelector("[role=status]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  status.textContent = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.redirected) {
      location.assign(answer.url); // published
      return;
    }
    const told = await answer.json();
    status.textContent = told.message ?? told.detail; // 202: held; 422: what the comment breaks
    if (answer.status === 202) form.reset();
  } catch {
    status.textContent = "지금은 등록할 수 없습니다. 잠시 뒤에 다시 시도해 주세요.";
  }
});
