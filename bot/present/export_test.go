package present

// Phrases are all of them, by language and key.
var Phrases = phrases
