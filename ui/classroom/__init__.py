"""The classroom kit: sessions minute by minute, roles, handouts, debrief and quiz, from the app's own words and figures."""
