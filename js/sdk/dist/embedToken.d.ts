/** Whom a token is for, what it opens, and how long. */
export interface EmbedClaims {
    /** The one project whose activities the bearer may read. */
    project: string;
    /** Who looks at the page; the API's logs and `/me` name it. */
    subject?: string;
    /** How long the token is good for, in seconds; 5 minutes unless it is set. */
    ttl?: number;
    /** The time of issue; now unless it is set. */
    issuedAt?: Date;
}
/**
 * Makes a token with which a page embedded in your product reads the activities of
 * one project. Call it in your backend: the key, that of the Collector's
 * `activity_api: {embedding: {key}}`, must never reach a browser.
 *
 * The token is a JWT (RFC 7519) signed with HMAC-SHA-256.
 */
export declare function createEmbedToken(key: string | Uint8Array, claims: EmbedClaims): Promise<string>;
