export { createEmbedToken } from './embedToken.js';
