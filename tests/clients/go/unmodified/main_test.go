//go:build azure

// The program as a test that is written for Azure.
//
// Run it beside an emulator that stands in for it:   adf-emulator exec --transparent -- go test -tags azure ./unmodified
package main

func Example() {
	main()
	// Output:
	// before the grant: 401 UnauthorizedIntegrationRuntimeAccess
	// after the grant: linked-runtime is shared-runtime of adf-unmodified-sharing
}
