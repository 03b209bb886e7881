/// Rules in the manner of axe, run within the page: names, headings, landmarks, ids, contrast. Gives what breaks them.
enum Accessibility {
    static let audit = """
        (() => {
          const found = [], seen = e => e.checkVisibility && e.checkVisibility() && !e.closest('[aria-hidden=true]');
          const all = s => [...document.querySelectorAll(s)].filter(seen);
          const say = (rule, e) => found.push(rule + ': ' + (e.id || e.className || e.tagName) + ' ' + (e.textContent || '').slice(0, 40));
          const name = e => (e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '').split(' ').map(i => (document.getElementById(i) || {}).textContent || '').join('') || (e.labels && e.labels.length ? e.labels[0].textContent : '') || e.textContent || '').trim();
          if (!document.documentElement.lang) found.push('lang');
          if (!document.title) found.push('title');
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const i of new Set(ids)) if (ids.filter(j => i === j).length > 1) found.push('id twice: ' + i);
          for (const e of all('a, button, input, summary, section, nav, [role=img], [role=region]')) if (!name(e)) say('no name', e);
          if (all('main').length !== 1) found.push('main');
          if (all('h1').length !== 1) found.push('one h1');
          let level = 0;
          for (const e of all('h1, h2, h3, h4')) { const n = +e.tagName[1]; if (n > level + 1) say('heading skips', e); level = n }
          for (const e of document.querySelectorAll('svg')) if (!e.closest('[aria-hidden=true]') && !e.closest('[role=img]')) say('picture without a word', e);
          for (const e of all('table')) if (!e.caption && !e.closest('[role=region]')) say('table without a caption', e);
          for (const e of all('th')) if (!e.scope) say('head without scope', e);
          for (const e of document.querySelectorAll('[tabindex]')) if (e.tabIndex > 0) say('order of its own', e);
          const rgb = s => (s.match(/[\\d.]+/g) || [0, 0, 0]).map(Number);
          const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : Math.pow((v + .055) / 1.055, 2.4) }); return .2126 * r + .7152 * g + .0722 * b };
          const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c } return [255, 255, 255] };
          for (const e of all('main *, header *, footer *')) {
            const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            if (!own || e.classList.contains('vh') || e.closest('.vh')) continue;
            const style = getComputedStyle(e), ink = e instanceof SVGElement ? rgb(style.fill) : rgb(style.color);
            const a = light(ink), b = light(ground(e)), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) say('contrast ' + ratio.toFixed(2), e);
            if (parseFloat(style.fontSize) < 12.4) say('small text', e);
          }
          if (document.documentElement.scrollWidth > innerWidth + 1) found.push('scrolls sideways: ' + document.documentElement.scrollWidth);
          if (document.querySelectorAll('*').length > 2000) found.push('too many elements');
          return found;
        })()
        """
}
