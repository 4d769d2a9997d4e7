"""A room of people: who sits in it, what they predict, submit and vote, on phones and on one board."""
