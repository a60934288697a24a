import { APICallError, StreamProviderError, UnsupportedFunctionalityError } from "ai"
import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { classifyFailure } from "../../../src/services/models/classifyFailure.ts"

const answered = (statusCode: number, message: string, responseBody = "") =>
  classifyFailure(
    new APICallError({ message, statusCode, responseBody, url: "http://127.0.0.1", requestBodyValues: {} }),
  )

describe("classifyFailure", () => {
  it.each([
    [400, "bad_request", false],
    [401, "authentication", false],
    [403, "authentication", false],
    [404, "not_found", false],
    [408, "server_error", true],
    [413, "context_too_long", false],
    [422, "bad_request", false],
    [429, "rate_limited", true],
    [500, "server_error", true],
    [502, "server_error", true],
    [529, "server_error", true],
  ] as const)("takes status %d for %s", (status, reason, retryable) => {
    expect(answered(status, "no")).toMatchObject({ reason, status, retryable, mayBeCharged: false })
  })

  it("takes a content policy for a refusal", () => {
    expect(answered(400, "no", '{"error":{"code":"content_policy_violation"}}').reason).toBe("refused")
  })

  it.each([
    ["overloaded_error", "server_error", true],
    ["rate_limit_error", "rate_limited", true],
    ["invalid_request_error", "bad_request", false],
    ["something_new", "server_error", true],
  ] as const)("takes the error %s inside a stream for %s", (type, reason, retryable) => {
    expect(classifyFailure(new StreamProviderError({ message: "no", type }))).toMatchObject({ reason, retryable })
  })

  it("knows a request that was never sent", () => {
    const thrown = new UnsupportedFunctionalityError({ functionality: "system messages in the middle" })

    expect(classifyFailure(thrown)).toMatchObject({ reason: "bad_request", mayBeCharged: false })
  })

  it("finds the network's code below the errors that wrap it", () => {
    const socket = Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" })
    const thrown = new TypeError("fetch failed", { cause: new Error("wrapped", { cause: socket }) })

    expect(classifyFailure(thrown)).toMatchObject({ reason: "unreachable", detail: "fetch failed (UND_ERR_SOCKET)" })
  })

  it("has a reason and one short line for whatever is thrown", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const { detail } = classifyFailure(thrown)
        return detail.length <= 400 && !detail.includes("\n")
      }),
    )
  })
})
