// The way to the page of kits takes the token along, where there is one.

document.getElementById("kits").href += location.search;
