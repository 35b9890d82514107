package finding

// Cancel is what is inferred about the cancellation of one function's future, and what its documentation says.
type Cancel struct {
	Span
	Package  string    `json:"package"`
	Function string    `json:"function"` // path within its crate: "pool::Pool::get"; of a hand-written future its type
	Kind     string    `json:"kind"`     // async fn, fn, or future
	Public   bool      `json:"public"`   // marked pub where it stands; whether its module is reachable is not looked at
	Verdict  string    `json:"verdict"`  // safe, fairness, caller, lossy, state, detached, inherits or unknown
	Reason   string    `json:"reason"`   // a clause that names place and value
	Why      []Because `json:"why"`      // the derivation, in the order of the code

	Documented  string `json:"documented,omitempty"`  // what the documentation claims: safe, qualified or unsafe
	Claim       string `json:"claim,omitempty"`       // the sentence that claims it
	Contradicts bool   `json:"contradicts,omitempty"` // verdict and claim cannot both be right
}
