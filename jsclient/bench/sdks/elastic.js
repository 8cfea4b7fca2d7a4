import {init} from '@elastic/apm-rum';

init({serviceName: 'shop', serviceVersion: '1.0.0', serverUrl: sink});
