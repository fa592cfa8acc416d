// What the tests call on the page.
import * as sdk from '@otel-activity/sdk'

window.sdk = sdk
