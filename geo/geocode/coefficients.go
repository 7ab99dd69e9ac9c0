package geocode

// coefficients of the features, fitted by bench/cmd/fit.
var coefficients = Features{
	fBias: 3, fNameLost: -10, fLeft: -1, fMissing: -1, fWorst: -2, fOtherType: -1, fGap: 3, fTownLost: -4, fTownOther: -4, fTownNone: -1,
	fPostcodeOther: -2, fCode: 0.5, fNumberExact: 1.5, fNumberAbsent: -0.5, fMatched: 1,
}
