import {init} from '@elastic/apm-rum';

init({serviceName: 'shop', serviceVersion: '1.4.2', serverUrl: receiver, apiVersion: 3});
