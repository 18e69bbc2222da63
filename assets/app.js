// The admins' pages, improved in place. Every form and link works without this script; it fetches
// the same pages and swaps their parts, so that the server stays the only one who draws.
"use strict";

(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const here = () => location.pathname + location.search;
  const memory = {
    get: (key) => { try { return localStorage.getItem("assent-" + key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem("assent-" + key, value); } catch { /* private mode */ } },
  };

  document.documentElement.classList.add("js");
  for (const part of all("[data-script]")) part.hidden = false;

  // What it says stands in the page, in the page's language; § is what is filled in.
  function words(name, filling) {
    return find("#said").dataset[name].replace("§", filling);
  }

  // What lies behind a modal dialog is inert and not announced, so the dialog has a region too.
  function say(text) {
    const region = find("dialog[open] [data-said]") || find("#said");
    if (!region) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 60);
  }

  class Trouble extends Error {
    constructor(words, status) {
      super(words);
      this.status = status;
    }
  }

  // A page as a document. A session that ended answers with the sign-in page.
  async function fetchPage(url, options = {}) {
    let response;
    try {
      response = await fetch(url, { headers: { Accept: "text/html" }, ...options });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Trouble(words("unreachable"));
    }
    if (response.status === 401 || new URL(response.url).pathname === "/admin/login") {
      if (!options.method) location.assign("/admin/login?next=" + encodeURIComponent(here()));
      throw new Trouble(words("sessionOver"));
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok && !find("#fault", page) && !find("#notice .notice", page)) {
      const title = find("h1", page);
      throw new Trouble(title ? title.textContent : words("answered", response.status), response.status);
    }
    return page;
  }

  // Whoever signed in again in another tab has a new token: a form that was open takes it over, so
  // that what was typed can still be sent.
  async function takeToken(form) {
    const fresh = find("input[name=csrf]", await fetchPage(here(), { method: "GET" }));
    if (!fresh || fresh.value === form.elements.csrf.value) return false;
    for (const field of all("input[name=csrf]")) field.value = fresh.value;
    return true;
  }

  async function post(form, submitter) {
    const send = () => {
      const body = new URLSearchParams(new FormData(form));
      if (submitter && submitter.name) body.set(submitter.name, submitter.value);
      return fetchPage(form.action, { method: "POST", body });
    };
    try {
      return await send();
    } catch (error) {
      if (error.status !== 403 || !await takeToken(form)) throw error;
      return send();
    }
  }

  function swap(page, selector) {
    const fresh = find(selector, page), stale = find(selector);
    if (fresh && stale) stale.replaceWith(document.adoptNode(fresh));
  }

  function showNotice(page) {
    const fresh = find("#notice", page);
    if (!fresh) return;
    swap(page, "#notice");
    const text = find("[role=status]", find("#notice"));
    if (text) {
      text.removeAttribute("role");
      say(text.textContent);
    }
  }

  function showTrouble(text) {
    const box = document.createElement("div"), line = document.createElement("p");
    box.className = "notice notice--no";
    line.textContent = text;
    box.append(line);
    find("#notice").replaceChildren(box);
    say(text);
  }

  // The list: it follows the filters, and its address follows too.
  const filters = find("#filters");
  let loading = null;

  function filtersUrl() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(filters)) if (value.trim()) query.set(name, value.trim());
    return "/admin/people" + (query.size === 0 || String(query) === "" ? "" : "?" + query);
  }

  // Filters as the page has them; the search is left alone while someone types in it.
  function copyFilters(page) {
    const fresh = find("#filters", page);
    if (!fresh) return;
    for (const input of all("input[type=hidden]", filters)) input.remove();
    for (const input of all("input[type=hidden]", fresh)) filters.append(document.adoptNode(input));
    for (const select of all("select", filters)) select.value = find(`select[name=${select.name}]`, fresh).value;
    const search = find("#search");
    if (document.activeElement !== search) search.value = find("#search", fresh).value;
  }

  async function loadList(url, how) {
    if (loading) loading.abort();
    const mine = loading = new AbortController();
    find("#list").setAttribute("aria-busy", "true");
    try {
      const page = await fetchPage(url, { signal: mine.signal });
      if (how === "push") history.pushState(null, "", url);
      if (how === "replace") history.replaceState(null, "", url);
      swap(page, "#list");
      swap(page, "#cards");
      copyFilters(page);
      if (how) say(words("found", find("#list").dataset.matches));
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      find("#list").removeAttribute("aria-busy");
      showTrouble(error instanceof Trouble ? error.message : words("listTrouble"));
      return false;
    } finally {
      if (loading === mine) loading = null;
    }
  }

  function rowLinks() {
    return all("#list .c-act a");
  }

  if (filters) {
    let timer = 0, typing = false;
    const apply = (how) => {
      clearTimeout(timer);
      const url = filtersUrl();
      if (url !== here() || loading) loadList(url, how);
    };
    // One step of the Back button for a whole word typed, not one for each letter.
    find("#search").addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        apply(typing ? "replace" : "push");
        typing = true;
      }, 180);
    });
    find("#search").addEventListener("blur", () => { typing = false; });
    filters.addEventListener("change", (event) => { if (event.target.matches("select")) apply("push"); });
    filters.addEventListener("submit", (event) => {
      event.preventDefault();
      apply(typing ? "replace" : "push");
    });
    addEventListener("popstate", () => {
      find("#search").blur();
      loadList(here());
    });

    document.addEventListener("click", async (event) => {
      const link = event.target.closest("#list a");
      if (!link || isSpecial(event) || link.pathname !== "/admin/people") return;
      event.preventDefault();
      const column = link.closest("th"), place = column ? column.cellIndex : -1, turn = link.rel;
      const isLetter = Boolean(link.closest(".letters"));
      if (!await loadList(link.pathname + link.search, "push")) return;
      const next = place >= 0 ? all("#list th")[place] && find("a", all("#list th")[place])
        : isLetter ? find(".letters a[aria-current]") || find("#search")
        : turn ? find(`#list a[rel=${turn}]`) || find("#list .foot__pages a") : find("#search");
      if (next) next.focus({ preventScroll: Boolean(turn) });
      if (turn) filters.scrollIntoView({ block: "nearest" });
    });
  }

  function isSpecial(event) {
    return event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  }

  // The dialog shows the part of a page that a link leads to: a person, or a confirmation.
  let openerHref = null;

  function dialog() {
    let box = find("#dialog");
    if (box) return box;
    box = document.createElement("dialog");
    box.id = "dialog";
    box.addEventListener("close", () => {
      box.replaceChildren();
      const opener = openerHref && all("a[data-dialog]").find((link) => link.getAttribute("href") === openerHref);
      (opener || find("#notice button") || find("#main")).focus();
    });
    document.body.append(box);
    return box;
  }

  function fillDialog(page) {
    const part = find("#person, #confirm", page);
    if (!part) return false;
    const box = dialog(), close = document.createElement("button"), said = document.createElement("p");
    close.type = "button";
    close.className = "btn btn--s btn--icon dialog__close";
    close.setAttribute("aria-label", words("close"));
    close.innerHTML = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8"/></svg>';
    close.addEventListener("click", () => box.close());
    said.className = "hush";
    said.setAttribute("role", "status");
    said.dataset.said = "";
    // Last in order, so that Tab from the heading goes to what the dialog is for.
    box.replaceChildren(document.adoptNode(part), close, said);
    box.setAttribute("aria-labelledby", find("h1, h2", part).id);
    settle(box);
    if (!box.open) box.showModal();
    box.scrollTop = 0;
    (find("#fault", box) || find("h1, h2", box)).focus();
    return true;
  }

  document.addEventListener("click", async (event) => {
    const close = event.target.closest("dialog [data-close]");
    if (close && !isSpecial(event)) {
      event.preventDefault();
      find("#dialog").close();
      return;
    }
    const link = event.target.closest("a[data-dialog]");
    if (!link || isSpecial(event) || link.getAttribute("aria-busy")) return;
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    try {
      const page = await fetchPage(link.href);
      openerHref = link.getAttribute("href");
      if (!fillDialog(page)) location.assign(link.href);
    } catch (error) {
      showTrouble(error.message);
    } finally {
      link.removeAttribute("aria-busy");
    }
  });

  function showFault(box, text) {
    let fault = find("#fault", box);
    if (!fault) {
      fault = document.createElement("div");
      fault.id = "fault";
      fault.tabIndex = -1;
      fault.setAttribute("role", "alert");
      (find(".person__body", box) || find("form", box)).prepend(fault);
    }
    fault.className = "fault";
    fault.textContent = text;
    fault.focus();
  }

  async function refresh(page) {
    if (filters) await loadList(here());
    else swap(page, "#topics");
  }

  async function saveInDialog(form, submitter) {
    const box = find("#dialog"), button = submitter || find(".btn--primary", form);
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    try {
      const page = await post(form, submitter);
      if (find("#fault", page) || find("#notice .notice--no", page)) {
        if (!fillDialog(page)) showFault(box, find("#notice", page).textContent.trim());
        return;
      }
      await refresh(page);
      const fresh = find("#person-form", page);
      const row = fresh && document.getElementById("p-" + new URL(fresh.action).pathname.split("/").pop());
      if (row) row.classList.add("fresh");
      box.close();
      showNotice(page);
    } catch (error) {
      showFault(box, error.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  async function undo(form, submitter) {
    try {
      const page = await post(form, submitter);
      const fault = find("#fault", page);
      await refresh(page);
      showNotice(page);
      if (fault) showTrouble(find("p", fault).textContent);
      find("#notice").tabIndex = -1;
      find("#notice").focus();
    } catch (error) {
      showTrouble(error.message);
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "copy") {
      event.preventDefault();
      copyLink(form, event.submitter);
    } else if (form.closest("dialog")) {
      event.preventDefault();
      saveInDialog(form, event.submitter);
    } else if (filters && form.matches("[data-undo]")) {
      event.preventDefault();
      undo(form, event.submitter);
    }
  });

  // What stands in a field already, such as a key that is shown once.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-field]");
    if (!button) return;
    const field = find("#" + button.dataset.copyField);
    field.focus();
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    let outcome = button.dataset.copied;
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
    } catch {
      outcome = button.dataset.trouble;
    }
    button.textContent = outcome;
    say(outcome);
  });

  // Where the clipboard is out of reach, the link stands in a field, selected, ready to copy.
  async function copyLink(form, button) {
    const shown = find("[data-copied]", form.parentNode), field = find("input", shown);
    const label = button.dataset.label ??= button.textContent;
    try {
      const send = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      let response = await send();
      if (response.status === 403 && await takeToken(form)) response = await send();
      const text = (await response.text()).trim();
      if (!response.ok || !/^https?:\/\/\S+$/.test(text)) throw new Error();
      try {
        await navigator.clipboard.writeText(text);
        say(words("linkCopied"));
        button.textContent = words("linkCopied");
        setTimeout(() => { button.textContent = label; }, 2500);
      } catch {
        field.value = text;
        shown.hidden = false;
        field.focus();
        field.select();
        say(words("linkShown"));
      }
    } catch {
      say(words("linkTrouble"));
      button.textContent = words("linkNone");
    }
  }

  // Opted Out turns every switch off, and Opted In brings back what they were.
  function settle(root) {
    const out = find("#s-out", root);
    if (!out) return;
    for (const box of all(".person .switch", root)) {
      if (out.checked && !box.disabled) {
        box.dataset.was = box.checked ? "on" : "";
        box.checked = false;
      } else if (!out.checked && box.disabled) {
        box.checked = box.dataset.was === "on";
      }
      box.disabled = out.checked;
    }
  }
  document.addEventListener("change", (event) => {
    if (event.target.name === "status" && event.target.type === "radio") settle(document);
  });
  settle(document);

  // How the list is shown, kept in this browser.
  const dense = find("#dense"), keys = find("#keys");
  if (dense) {
    dense.checked = memory.get("density") === "dense";
    keys.checked = memory.get("keys") !== "off";
    addEventListener("change", (event) => {
      if (event.target.name === "density") memory.set("density", event.target.value);
      if (event.target === keys) memory.set("keys", keys.checked ? "on" : "off");
    });
  }

  // A part of the page that changes by itself: it is fetched again until it says no more.
  async function follow(part) {
    const region = part.id;
    while (find("#" + region).dataset.live) {
      await new Promise((done) => { setTimeout(done, 1000); });
      if (document.hidden) continue;
      const page = await fetchPage(find("#" + region).dataset.live).catch(() => null);
      if (!page || !find("#" + region, page)) continue;
      const focused = document.activeElement, held = focused && find("#" + region).contains(focused);
      const heading = find("#" + region + " h2").textContent;
      swap(page, "#" + region);
      const now = find("#" + region + " h2").textContent;
      if (now !== heading) say(now);
      if (held) (all("#" + region + " button").find((button) => button.value === focused.value) || find("#main")).focus();
    }
  }

  for (const part of all("[data-live]")) follow(part);

  // A browser that is still sending a long body does not hear the server refuse it.
  for (const input of all("input[data-max-bytes]")) {
    input.addEventListener("change", () => {
      const file = input.files[0], isLong = file && file.size > Number(input.dataset.maxBytes);
      input.setCustomValidity(isLong ? input.dataset.long : "");
      if (isLong) input.reportValidity();
    });
  }

  for (const form of all("form[enctype]")) {
    form.addEventListener("submit", () => {
      const button = find("button[data-busy]", form);
      if (!button) return;
      button.setAttribute("aria-busy", "true");
      button.textContent = button.dataset.busy;
      say(button.dataset.busy);
    });
  }

  document.addEventListener("keydown", (event) => {
    if (!filters || !keys.checked || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
    const focused = document.activeElement, search = find("#search");
    if (event.key === "/" && !focused.matches("input, textarea, select")) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    const links = rowLinks();
    const row = focused.closest("#list tbody tr"), at = row ? links.findIndex((link) => row.contains(link)) : -1;
    if (at < 0 && !(focused === search && event.key === "ArrowDown")) return;
    const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: links.length - 1,
      PageDown: Math.min(at + 10, links.length - 1), PageUp: Math.max(at - 10, 0) }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0) search.focus();
    else if (links[to]) links[to].focus();
  });
})();
