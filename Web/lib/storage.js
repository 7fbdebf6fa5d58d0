/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function result(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
    })
}

/** A small IndexedDB database with promises. It opens when it is first used. */
export class Database {
    #name
    #stores
    /** @type {Promise<IDBDatabase> | null} */
    #opening = null

    /**
     * @param {string} name
     * @param {Record<string, string | string[]>} stores Key paths by store.
     */
    constructor(name, stores) {
        this.#name = name
        this.#stores = stores
    }

    #open() {
        const request = indexedDB.open(this.#name, 1)
        request.onupgradeneeded = () => {
            for (const [store, keyPath] of Object.entries(this.#stores)) {
                request.result.createObjectStore(store, { keyPath })
            }
        }
        return result(request)
    }

    /**
     * @param {string} store
     * @param {IDBTransactionMode} mode
     */
    async #store(store, mode) {
        this.#opening ??= this.#open()
        return (await this.#opening).transaction(store, mode).objectStore(store)
    }

    /** @param {string} store @param {unknown} value */
    async put(store, value) {
        await result((await this.#store(store, "readwrite")).put(value))
    }

    /** @param {string} store @param {IDBKeyRange} [range] @returns {Promise<any[]>} */
    async all(store, range) {
        return result((await this.#store(store, "readonly")).getAll(range))
    }

    /** @param {string} store @param {IDBValidKey | IDBKeyRange} key */
    async delete(store, key) {
        await result((await this.#store(store, "readwrite")).delete(key))
    }
}
