// TypeScript that becomes CommonJS, as strict as it can be.
import {getRUM, initRUM} from '@otelcol-rum/browser';
import type {RUMProviderProps} from '@otelcol-rum/browser/react';
import type {} from '@otelcol-rum/browser/rum.iife.js';

declare const user: {id?: string | undefined} | undefined;
initRUM({endpoint: '/v1/rum', app: 'shop', userId: user?.id, version: user?.id});
getRUM()?.recordPageView({route: user?.id});
const props: RUMProviderProps = {endpoint: '/v1/rum', userId: user?.id};
RUM.initRUM(props);
