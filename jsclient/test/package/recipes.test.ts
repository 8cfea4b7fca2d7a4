// The recipes of the README, with the frameworks that they are for.
import '@angular/compiler';
import {Component, ErrorHandler, inject, provideEnvironmentInitializer, provideZonelessChangeDetection} from '@angular/core';
import {bootstrapApplication} from '@angular/platform-browser';
import {NavigationEnd, provideRouter, Router, RouterOutlet, type ActivatedRouteSnapshot} from '@angular/router';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {createElement} from 'react';
import {createBrowserRouter, RouterProvider} from 'react-router';
import {createRoot} from 'react-dom/client';
import {createApp, h} from 'vue';
import {createRouter, createWebHistory, RouterView} from 'vue-router';
import {getRUM, initRUM} from '@otelcol-rum/browser';

type Beacon = {pages: {url: string; route?: string}[]; events: {k: string; m?: string; a?: object}[]};
const beacons: Beacon[] = [];

beforeEach(() => {
  beacons.length = 0;
  vi.stubGlobal('fetch', async (_: string, {body}: RequestInit) => {
    beacons.push(JSON.parse(body as string));
    return new Response('{}');
  });
  history.replaceState(null, '', '/');
  initRUM({endpoint: 'https://collector.example/v1/rum'});
});
afterEach(() => {
  getRUM()!.stop();
  vi.unstubAllGlobals();
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 50));
const routes = async () => {
  await settled();
  getRUM()!.flush();
  await settled();
  return Object.fromEntries(beacons.flatMap(({pages}) => pages.map(({url, route}) => [new URL(url).pathname, route])));
};

test('React Router', async () => {
  const router = createBrowserRouter([
    {path: '/', element: createElement('p', null, 'Shop')},
    {path: 'product', children: [{path: ':id', element: createElement('p', null, 'Product')}]},
  ]);
  const name = ({matches}: typeof router.state) => getRUM()?.recordPageView({route: ['', ...matches.map(({route}) => route.path)].join('/').replace(/\/+/g, '/')});
  name(router.state);
  router.subscribe((state) => state.navigation.state == 'idle' && name(state));
  createRoot(document.createElement('div')).render(createElement(RouterProvider, {router}));
  await settled();
  await router.navigate('/product/42');
  expect(await routes()).toEqual({'/': '/', '/product/42': '/product/:id'});
});

test('Vue', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      {path: '/', component: {render: () => h('p', 'Shop')}},
      {path: '/product/:id', component: {render: () => h('p', 'Product')}},
      {path: '/broken', component: {render: () => (null as never as {price: number}).price}},
    ],
  });
  const app = createApp({render: () => h(RouterView)});
  router.afterEach((to) => getRUM()?.recordPageView({route: to.matched.at(-1)?.path}));
  app.config.errorHandler = (error, _instance, info) => {
    getRUM()?.recordError(error, {info});
    console.error(error); // Vue writes none where there is a handler
  };
  app.use(router).mount(document.createElement('div'));
  await router.push('/product/42');
  await settled();
  await router.push('/broken');
  expect(await routes()).toMatchObject({'/product/42': '/product/:id', '/broken': '/broken'});
  const errors = beacons.flatMap(({events}) => events.filter(({k}) => k == 'error'));
  expect(errors).toMatchObject([{a: {info: expect.any(String)}}]);
  expect(logged).toHaveBeenCalledWith(expect.any(TypeError));
});

test('Angular', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  class RUMErrorHandler extends ErrorHandler {
    override handleError(error: unknown) {
      getRUM()?.recordError(error);
      super.handleError(error); // writes it on the console
    }
  }
  class App {}
  Component({selector: 'x-app', template: '<router-outlet />', imports: [RouterOutlet]})(App);
  class Shop {}
  Component({selector: 'x-shop', template: '<p>Shop</p>'})(Shop);
  class Product {
    buy = () => (null as never as {price: number}).price;
  }
  Component({selector: 'x-product', template: '<button (click)="buy()">Buy</button>'})(Product);
  document.body.innerHTML = '<base href="/"><x-app></x-app>';
  const app = await bootstrapApplication(App, {
    providers: [
      provideZonelessChangeDetection(),
      provideRouter([{path: '', component: Shop}, {path: 'product', children: [{path: ':id', component: Product}]}]),
      {provide: ErrorHandler, useClass: RUMErrorHandler},
      provideEnvironmentInitializer(() => {
        const router = inject(Router);
        router.events.subscribe((event) => {
          if (!(event instanceof NavigationEnd)) return;
          const path = [];
          for (let at: ActivatedRouteSnapshot | null = router.routerState.snapshot.root; at; at = at.firstChild) path.push(at.routeConfig?.path);
          getRUM()?.recordPageView({route: '/' + path.filter(Boolean).join('/')});
        });
      }),
    ],
  });
  await settled();
  await app.injector.get(Router).navigateByUrl('/product/42');
  await settled();
  document.querySelector('button')!.click();
  expect(await routes()).toEqual({'/': '/', '/product/42': '/product/:id'});
  expect(beacons.flatMap(({events}) => events.filter(({k}) => k == 'error'))).toMatchObject([{m: expect.stringContaining('price')}]);
  expect(logged).toHaveBeenCalledWith('ERROR', expect.any(TypeError));
  app.destroy();
});
