export { createHttpApp } from './create-http-app.js';
export { HttpModule } from './http.module.js';
