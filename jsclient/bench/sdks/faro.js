import {initializeFaro} from '@grafana/faro-web-sdk';

initializeFaro({url: sink + '/collect', app: {name: 'shop', version: '1.0.0'}});
