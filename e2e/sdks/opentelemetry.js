import {ErrorsInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/errors';
import {NavigationInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/navigation';
import {NavigationTimingInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/navigation-timing';
import {ResourceTimingInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/resource-timing';
import {UserActionInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/user-action';
import {WebVitalsInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/web-vitals';
import {startLogsSdk} from '@opentelemetry/browser-sdk/logs';
import {registerInstrumentations} from '@opentelemetry/instrumentation';

startLogsSdk({serviceName: 'shop', serviceVersion: '1.4.2', exportConfig: {url: `${receiver}/v1/logs`}});
registerInstrumentations({
  instrumentations: [
    new ErrorsInstrumentation(),
    new NavigationInstrumentation(),
    new NavigationTimingInstrumentation(),
    new ResourceTimingInstrumentation(),
    new UserActionInstrumentation(),
    new WebVitalsInstrumentation(),
  ],
});
