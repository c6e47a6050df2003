// Keeps the parts of a page that change by themselves up to date. Without it a reload does.
// <div data-live="/console/…/progress" data-every="3">: the address answers an HTML fragment; an
// empty answer (204), or a fragment with data-final in it, that nothing will change any more.
for (const part of document.querySelectorAll("[data-live]")) {
  const seconds = Number(part.dataset.every || 5);
  const renew = async () => {
    if (!document.hidden) {
      const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" } }).catch(() => null);
      if (answer && answer.status === 204) return;
      if (answer && answer.ok && !answer.redirected) part.innerHTML = await answer.text();
      if (part.querySelector("[data-final]")) return;
    }
    setTimeout(renew, seconds * 1000);
  };
  setTimeout(renew, seconds * 1000);
}
