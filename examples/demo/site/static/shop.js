// The shop's own script. Everything that is slow or broken here is so on purpose, to be measured.
const element = (id) => document.getElementById(id);

// The client loads asynchronously; until then, and where it is blocked, nothing is reported.
const rum = () => globalThis.RUM?.getRUM() ?? null;

/** Keeps the main thread busy, as a careless loop over a large cart would. */
function block(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

// Home: products come from a slow service into space that is kept for them …
async function showProducts(list) {
  const products = await (await fetch('/api/products')).json();
  list.innerHTML = products
    .map(
      ({ id, name, price, line }) => `<li class="card"><img src="/static/${id}.svg" width="200" height="200" alt="">
        <a id="to-${id}" href="/product/${id}">${name}</a><p>${line}</p><p class="price">€${price}</p></li>`,
    )
    .join('');
  list.removeAttribute('aria-busy');
}

// … and a banner comes into space that is not: everything below it moves.
function showPromo(hero) {
  setTimeout(() => {
    const promo = document.createElement('aside');
    promo.className = 'promo';
    promo.innerHTML = '<b>Free delivery until Sunday</b><span>On every order above €30, to anywhere with a road.</span>';
    hero.before(promo);
  }, 1200);
}

// Product: the tabs are routes of one document.
async function showRoute(product) {
  const open = location.pathname.endsWith('/reviews');
  for (const tab of document.querySelectorAll('[data-route]')) {
    if (tab.pathname === location.pathname) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  element('details').hidden = open;
  element('reviews').hidden = !open;
  if (!open) return;
  const reviews = await (await fetch(`/api/products/${product}/reviews`)).json();
  element('reviews').innerHTML = reviews
    .map(({ author, stars, text }) => `<li><b>${'★'.repeat(stars)}</b> ${text} <i>${author}</i></li>`)
    .join('');
}

function productPage(article) {
  const { product } = article.dataset;
  for (const tab of document.querySelectorAll('[data-route]')) {
    tab.addEventListener('click', (event) => {
      event.preventDefault();
      history.pushState(null, '', tab.href);
      showRoute(product);
    });
  }
  addEventListener('popstate', () => showRoute(product));
  showRoute(product);
  let inCart = 0;
  element('add').addEventListener('click', () => {
    block(300);
    inCart += 1;
    element('added').textContent = `${inCart} in your cart`;
    rum()?.recordCustomMetric('cart_items', inCart, { product });
  });
}

// Checkout: one promise that nobody catches, one error that nobody catches, one slow order.
function checkoutPage() {
  element('coupon').addEventListener('click', async () => {
    await Promise.resolve();
    throw Object.assign(new Error(`code "${element('code').value}" is not valid`), { name: 'CouponError' });
  });
  element('delivery').addEventListener('click', () => {
    const zones = {};
    element('delivery').textContent = `€${zones.remote.rate}`;
  });
  element('order').addEventListener('click', placeOrder);
}

async function placeOrder() {
  const start = performance.now();
  element('ordering').textContent = 'One moment …';
  const { order } = await (await fetch('/api/orders', { method: 'POST' })).json();
  rum()?.setUserId('guest-1042');
  rum()?.recordInteraction('place_order', performance.now() - start, { items: 1 });
  rum()?.recordCustomMetric('order_value', 42, { currency: 'EUR' });
  location.href = `/thanks?order=${order}`;
}

const hero = document.querySelector('.hero');
const article = document.querySelector('[data-product]');
if (hero) showProducts(element('products')), showPromo(hero);
if (article) productPage(article);
if (element('order')) checkoutPage();
