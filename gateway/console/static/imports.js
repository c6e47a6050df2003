// Keeps a progress bar moving, and opens the page anew when the work is over. Without it a link does.
for (const part of document.querySelectorAll("[data-progress]")) {
  const renew = async () => {
    const answer = await fetch(part.dataset.progress, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer && (answer.status === 204 || answer.redirected)) return location.reload();
    if (answer && answer.ok) part.innerHTML = await answer.text();
    setTimeout(renew, 1500);
  };
  setTimeout(renew, 1000);
}
