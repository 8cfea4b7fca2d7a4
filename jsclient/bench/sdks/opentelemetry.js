// Logs with all seven instrumentations of the package; no traces, so no spans of requests.
import {ConsoleInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/console';
import {ErrorsInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/errors';
import {NavigationInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/navigation';
import {NavigationTimingInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/navigation-timing';
import {ResourceTimingInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/resource-timing';
import {UserActionInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/user-action';
import {WebVitalsInstrumentation} from '@opentelemetry/browser-instrumentation/experimental/web-vitals';
import {startLogsSdk} from '@opentelemetry/browser-sdk/logs';
import {registerInstrumentations} from '@opentelemetry/instrumentation';

startLogsSdk({serviceName: 'shop', serviceVersion: '1.0.0', exportConfig: {url: sink + '/v1/logs'}});
registerInstrumentations({
  instrumentations: [
    new ConsoleInstrumentation(),
    new ErrorsInstrumentation(),
    new NavigationInstrumentation(),
    new NavigationTimingInstrumentation(),
    new ResourceTimingInstrumentation(),
    new UserActionInstrumentation(),
    new WebVitalsInstrumentation(),
  ],
});
