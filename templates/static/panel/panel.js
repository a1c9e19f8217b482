/* Small comforts of the panel. Everything works without them but the order of policy steps and copying. */
(() => {
  "use strict";

  // Ids are copied with one click; the icon says that it is done.
  const copy = async (button) => {
    const icon = button.querySelector(".ci-copy-icon");
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("ci-copy-done");
    icon.textContent = "check";
    setTimeout(() => {
      button.classList.remove("ci-copy-done");
      icon.textContent = "content_copy";
    }, 1500);
  };

  // Steps of a policy move up and down; the form sends its checkboxes in the order in which they stand.
  const move = (button) => {
    const item = button.closest("li");
    const other = button.dataset.move < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.move < 0) other.before(item);
    else other.after(item);
    button.focus();
    item.querySelector("input").dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const copied = event.target.closest("[data-copy]");
    if (copied) copy(copied);
    const moved = event.target.closest("[data-move]");
    if (moved) move(moved);
  });

  // Of a form with several actions, the fields of the chosen one are shown.
  const showFieldsOfAction = (form) => {
    const chosen = form.querySelector("input[name=action]:checked");
    form.querySelectorAll("[data-for-action]").forEach((field) => {
      const row = field.closest(".group");
      row.hidden = !chosen || field.dataset.forAction !== chosen.value;
    });
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("input[name=action]")) showFieldsOfAction(event.target.form);
  });

  // What looks like a button and is none answers to the keyboard like one.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (!event.target.matches("[role=button]:not(button, a[href])")) return;
    event.preventDefault();
    event.target.click();
  });

  // Unfold writes its icons as words ("account_tree"): they are for eyes, not for reading out.
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form:has([data-for-action])").forEach(showFieldsOfAction);
    document.querySelectorAll(".material-symbols-outlined:not([aria-label])").forEach((icon) => {
      icon.setAttribute("aria-hidden", "true");
    });
  });
})();
