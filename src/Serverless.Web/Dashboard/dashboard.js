// The pages are complete without this script. It works their buttons, keeps them up to date, and, where the server asks
// for a function key, sends the key in a header: it is kept for this tab alone, and is never part of an address or a
// link.
'use strict';
(() => {
  const entrance = '/sign-in';
  const byId = id => document.getElementById(id);
  const parse = html => new DOMParser().parseFromString(html, 'text/html');
  const partsOf = root => [...root.querySelectorAll('[data-part]')];
  const isKeyed = () => location.pathname === entrance;
  const shown = new Map();
  let path = location.pathname;
  let timer = 0;

  const code = new URLSearchParams(location.search).get('code');
  if (code) {
    sessionStorage.setItem('key', code);
    history.replaceState(null, '', `${entrance}#${path}`);
  }

  const ask = (address, options = {}) => {
    const headers = { ...options.headers };
    const key = sessionStorage.getItem('key');
    if (isKeyed() && key) headers['x-functions-key'] = key;
    return fetch(address, { ...options, headers, cache: 'no-store' });
  };

  const say = (text, isError = false) => {
    byId('said')?.replaceChildren(isError ? '' : text);
    byId('failed')?.replaceChildren(isError ? text : '');
  };

  const reasonOf = async answer => {
    const problem = await answer.json().catch(() => null);
    return problem?.detail ?? problem?.title ?? `The server answered ${answer.status}.`;
  };

  // What has just been put on the page: remember its parts as the server wrote them, and make its links carry on.
  const enter = () => {
    shown.clear();
    for (const part of partsOf(document)) shown.set(part.id, part.outerHTML);
    link(document);
    plan();
  };

  const link = root => {
    if (!isKeyed()) return;
    for (const a of root.querySelectorAll('a[href]:not([href^="#"])')) {
      const target = new URL(a.getAttribute('href'), location.origin + path);
      if (target.origin === location.origin && target.pathname !== entrance) {
        a.setAttribute('href', `${entrance}#${target.pathname}`);
      }
    }
  };

  const plan = () => {
    clearTimeout(timer);
    const seconds = Number(byId('main')?.dataset.every);
    if (seconds) timer = setTimeout(refresh, seconds * 1000);
  };

  const refresh = async () => {
    if (document.hidden || document.querySelector('dialog[open]')) return plan();
    const asked = path;
    try {
      const answer = await ask(asked);
      if (asked !== path) return;
      if (isKeyed() && answer.status === 401) return signIn('The key is not accepted any more.');
      if (!answer.ok) throw new Error(await reasonOf(answer));
      update(parse(await answer.text()));
    } catch {
      byId('as-of')?.replaceChildren('The server does not answer; trying again.');
    }
    plan();
  };

  const update = page => {
    const focus = document.activeElement?.id;
    const [fresh, old] = [partsOf(page), partsOf(document)];
    byId('main').dataset.every = page.getElementById('main').dataset.every;
    if (fresh.length !== old.length || fresh.some((part, i) => part.id !== old[i].id)) {
      byId('main').replaceChildren(...page.getElementById('main').childNodes);
      enter();
    } else {
      for (const [i, part] of fresh.entries()) {
        if (shown.get(part.id) === part.outerHTML) continue;
        shown.set(part.id, part.outerHTML);
        for (const open of old[i].querySelectorAll('details[open]')) {
          part.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute('open', '');
        }
        old[i].replaceWith(part);
        link(part);
      }
    }
    byId('as-of')?.replaceChildren(...page.getElementById('as-of').childNodes);
    if (focus && document.activeElement?.id !== focus) (byId(focus) ?? byId('title')).focus({ preventScroll: true });
  };

  const confirmed = button => new Promise(resolve => {
    const dialog = byId('ask');
    byId('ask-question').textContent = button.dataset.question;
    byId('ask-yes').textContent = button.dataset.verb;
    byId('ask-reason').value = '';
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });

  const act = async button => {
    const { method, version, done } = button.dataset;
    if (button.getAttribute('aria-disabled') || (button.dataset.question && !await confirmed(button))) return;
    button.setAttribute('aria-disabled', 'true');
    say('');
    try {
      const reason = byId('ask-reason').value.trim() || 'asked for on the dashboard';
      const body = JSON.stringify(version ? { version: Number(version), reason } : {});
      const answer = await ask(button.dataset.path, { method, body, headers: { 'content-type': 'application/json' } });
      // What would have no effect is answered with the reason.
      if (answer.ok) say((await answer.json().catch(() => null))?.reason ?? done);
      else say(await reasonOf(answer), true);
    } catch {
      say('The server was not reached; the state that is shown here is the last one known.', true);
    }
    button.removeAttribute('aria-disabled');
    button.focus({ preventScroll: true });
    await refresh();
  };

  // Pages behind a key are fetched and put in place of this one, because an address cannot carry the key.
  const show = async address => {
    try {
      const answer = await ask(address);
      if (answer.status === 401 || answer.status === 403) return signIn('The key was not accepted.');
      if (!answer.headers.get('content-type')?.startsWith('text/html')) return await keep(answer, address);
      const page = parse(await answer.text());
      path = address;
      document.title = page.title;
      for (const style of document.head.querySelectorAll(':scope > style')) style.remove();
      document.head.append(...page.head.querySelectorAll(':scope > style'));
      document.body.replaceWith(page.body);
      enter();
      scrollTo(0, 0);
      byId('title')?.focus();
    } catch (error) {
      say(`The page could not be opened: ${error.message}`, true);
    }
  };

  const keep = async (answer, address) => {
    history.replaceState(null, '', `${entrance}#${path}`);
    if (!answer.ok) return say(await reasonOf(answer), true);
    const a = document.createElement('a');
    a.href = URL.createObjectURL(await answer.blob());
    const named = /filename=([^;]+)/.exec(answer.headers.get('content-disposition') ?? '');
    a.download = named?.[1] ?? address.split('/').pop();
    a.click();
    URL.revokeObjectURL(a.href);
  };

  const signIn = async why => {
    sessionStorage.removeItem('key');
    await show(entrance);
    say(why, true);
    byId('key')?.focus();
  };

  const route = () => {
    const wanted = location.hash.slice(1);
    return wanted.startsWith('/') && !wanted.startsWith('//') ? wanted : '/';
  };

  document.addEventListener('click', event => {
    const button = event.target.closest('button[data-path]');
    if (button) act(button);
    const answer = event.target.closest('dialog button');
    if (answer) byId('ask').close(answer.value);
  });
  document.addEventListener('submit', event => {
    event.preventDefault();
    if (event.target.id !== 'sign-in') return byId('ask').close('yes');
    sessionStorage.setItem('key', byId('key').value.trim());
    show(route());
  });
  document.addEventListener('visibilitychange', () => document.hidden || refresh());
  addEventListener('hashchange', () => isKeyed() && sessionStorage.getItem('key') && show(route()));

  if (path !== entrance) enter();
  else if (sessionStorage.getItem('key')) show(route());
  // A host without a key needs no form.
  else fetch('/', { cache: 'no-store' }).then(answer => answer.ok && location.replace(route()), () => {});
})();
